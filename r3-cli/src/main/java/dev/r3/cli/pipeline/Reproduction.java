package dev.r3.cli.pipeline;

import dev.r3.cli.progress.Progress;
import dev.r3.cli.progress.Work;
import dev.r3.retrieve.eval.EvaluationReport;
import dev.r3.retrieve.eval.Evaluator;
import dev.r3.retrieve.eval.LabeledQuery;
import dev.r3.retrieve.eval.RankingFunction;
import dev.r3.retrieve.metric.Ranking;
import dev.r3.retrieve.route.CrossEncoderScorer;
import dev.r3.retrieve.route.Routed;
import dev.r3.retrieve.route.SkillRouter;
import dev.r3.retrieve.skill.SkillLibrary;
import dev.r3.tensor.io.DataException;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The reference evaluation of R3: every request of R3-Skill's test split over its whole pool, both
 * stages measured in one go.
 */
public final class Reproduction {
  /** Files of the data set. */
  public static final String REQUESTS = "test.jsonl";

  public static final String SKILLS = "skills_test.jsonl";
  private static final int DEEPEST = 20; // the metrics read 15 places, and as many as golds

  private final SkillLibrary library;
  private final int all;
  private final List<LabeledQuery> requests;
  private final RunView view;

  private Reproduction(SkillLibrary library, int all, List<LabeledQuery> requests, RunView view) {
    this.library = library;
    this.all = all;
    this.requests = requests;
    this.view = view;
  }

  /**
   * Reads the data set.
   *
   * @param limit how many requests to take, evenly spread; 0 = all
   * @throws DataException if a file is missing or malformed, with its path and line
   */
  public static Reproduction of(Path data, int limit, RunView view) {
    for (String file : List.of(REQUESTS, SKILLS)) {
      if (!Files.isRegularFile(data.resolve(file))) {
        throw new DataException(
            data.resolve(file)
                + ": expected a file of R3-Skill's test split, got none; its folder data/ holds "
                + REQUESTS
                + " and "
                + SKILLS);
      }
    }
    SkillLibrary library = SkillLibrary.readJsonl(data.resolve(SKILLS));
    List<LabeledQuery> requests = LabeledQuery.readJsonl(data.resolve(REQUESTS), library);
    int all = requests.size();
    List<LabeledQuery> taken =
        limit == 0 || limit >= all
            ? requests
            : IntStream.range(0, limit)
                .mapToObj(i -> requests.get((int) ((long) i * all / limit)))
                .toList();
    return new Reproduction(library, all, taken, view);
  }

  /** How many requests the data set has. */
  public int allRequests() {
    return all;
  }

  /** How many are measured. */
  public int takenRequests() {
    return requests.size();
  }

  /**
   * Routes every request once.
   *
   * @param reranker null for the first stage alone
   * @param recallDepth how many skills the reranker reads
   * @return the first stage's report, then that of both stages if there are two
   */
  public List<EvaluationReport> measure(
      BiEncoder embedding, @Nullable CrossEncoder reranker, int recallDepth) {
    SkillRouter.Builder builder =
        SkillRouter.builder(new ShownEmbedder(embedding, view, true)).recallDepth(recallDepth);
    if (reranker != null) {
      builder = builder.reranker(new CrossEncoderScorer(reranker));
    }
    List<Ranking> first = new ArrayList<>();
    List<Ranking> both = new ArrayList<>();
    try (SkillRouter router = builder.library(library);
        Progress progress = view.work(Work.of("measure", requests.size(), "requests"))) {
      for (LabeledQuery request : requests) {
        List<Routed> routed = router.route(request.query(), Math.max(DEEPEST, recallDepth));
        first.add(byFirstStage(routed));
        both.add(new Ranking(routed.stream().map(skill -> skill.skill().id()).toList()));
        progress.update(both.size());
        view.requireGoingOn();
      }
    }
    List<EvaluationReport> reports = new ArrayList<>();
    reports.add(report("first stage", first));
    if (reranker != null) {
      reports.add(report("both stages", both));
    }
    return reports;
  }

  private static Ranking byFirstStage(List<Routed> routed) {
    float[] similarities = new float[routed.size()];
    for (int i = 0; i < similarities.length; i++) {
      similarities[i] = routed.get(i).firstStageScore();
    }
    return Ranking.of(routed.stream().map(skill -> skill.skill().id()).toList(), similarities);
  }

  private EvaluationReport report(String system, List<Ranking> rankings) {
    Iterator<Ranking> next = rankings.iterator();
    RankingFunction found = (texts, depth) -> texts.stream().map(text -> next.next()).toList();
    return Evaluator.standard().evaluate(system, library, requests, found);
  }
}
