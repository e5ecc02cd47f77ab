package dev.r3.cli.pipeline;

import dev.r3.cli.progress.Progress;
import dev.r3.cli.progress.Work;
import dev.r3.retrieve.eval.EvaluationReport;
import dev.r3.retrieve.eval.Evaluator;
import dev.r3.retrieve.eval.LabeledQuery;
import dev.r3.retrieve.eval.RankingFunction;
import dev.r3.retrieve.metric.Ranking;
import dev.r3.retrieve.route.CrossEncoderScorer;
import dev.r3.retrieve.route.SkillRouter;
import dev.r3.retrieve.skill.Skill;
import dev.r3.retrieve.skill.SkillLibrary;
import dev.r3.train.data.Request;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.SkillText;
import dev.r3.train.data.Split;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Measures routers on the held-out requests: each system is measured as it would be used. */
public final class TestBench {
  private static final int CHUNK = 32; // requests between two looks at the clock

  private final List<LabeledQuery> queries;
  private final RunView view;

  public TestBench(SkillDataset dataset, RunView view) {
    this.view = view;
    queries = dataset.requests(Split.TEST).stream().map(TestBench::labeled).toList();
  }

  /** The skills of a data set as a library. */
  public static SkillLibrary library(Collection<SkillText> skills) {
    return SkillLibrary.of(
        skills.stream().map(skill -> Skill.parse(skill.id(), skill.text())).toList());
  }

  private static LabeledQuery labeled(Request request) {
    return new LabeledQuery(
        request.id(),
        request.query(),
        new LinkedHashSet<>(request.skillIds()),
        request.direction());
  }

  /**
   * Ranks {@code library} for every test request.
   *
   * @param system the row's name
   * @param reranker null for the first stage alone
   * @param recallDepth how many skills the reranker reads
   */
  public EvaluationReport measure(
      String system,
      SkillLibrary library,
      BiEncoder embedding,
      @Nullable CrossEncoder reranker,
      int recallDepth) {
    SkillRouter.Builder builder =
        SkillRouter.builder(new ShownEmbedder(embedding, view, false)).recallDepth(recallDepth);
    if (reranker != null) {
      builder = builder.reranker(new CrossEncoderScorer(reranker));
    }
    try (SkillRouter router = builder.library(library);
        Progress progress = view.work(Work.of("measure " + system, queries.size(), "requests"))) {
      return Evaluator.standard()
          .evaluate(system, library, queries, shown(RankingFunction.of(router), progress));
    }
  }

  private RankingFunction shown(RankingFunction system, Progress progress) {
    AtomicLong done = new AtomicLong();
    return (requests, depth) -> {
      List<Ranking> rankings = new ArrayList<>(requests.size());
      for (int from = 0; from < requests.size(); from += CHUNK) {
        List<String> chunk = requests.subList(from, Math.min(requests.size(), from + CHUNK));
        rankings.addAll(system.rank(chunk, depth));
        progress.update(done.addAndGet(chunk.size()));
        view.requireGoingOn();
      }
      return rankings;
    };
  }
}
