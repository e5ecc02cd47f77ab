package dev.r3.cli.pipeline;

import dev.r3.cli.report.HtmlReport;
import dev.r3.retrieve.eval.EvaluationReport;
import dev.r3.retrieve.eval.PairedComparison;
import dev.r3.retrieve.route.BiEncoderEmbedder;
import dev.r3.retrieve.route.CrossEncoderScorer;
import dev.r3.retrieve.route.SkillRouter;
import dev.r3.retrieve.skill.SkillLibrary;
import dev.r3.tensor.Backend;
import dev.r3.tensor.io.AtomicFiles;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.SkillText;
import dev.r3.train.data.Split;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.PretrainedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The main job: fine-tunes R3-Embedding, then R3-Reranker with the rejections as push-away and once
 * more without, measures all of it on held-out skills, and routes two requests.
 */
public final class Demo {
  public static final String BASE = "untrained base";
  public static final String EMBEDDING = "R3-Embedding";
  public static final String WITHOUT_PUSH_AWAY = "+ reranker without push-away";
  public static final String RERANKER = "+ R3-Reranker";

  private static final List<String> REQUESTS =
      List.of(
          "每周五都要把三个表格里的销售数据合在一起，画趋势图，再写一页总结发给老板",
          "our api tokens never expire and live in localStorage, please review the login before the"
              + " security audit");

  private final SkillDataset dataset;
  private final Settings settings;
  private final Backend backend;
  private final RunFolder folder;
  private final RunView view;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private final List<DemoResults.Route> routes = new ArrayList<>();
  private final String data;
  private String part = "begin";

  /** What decides a run's numbers, on one machine. */
  public record Settings(String base, Preset preset, long seed, String backend) {
    /**
     * How a reranker begins.
     *
     * @param firstStage fingerprint of the embedding model
     */
    CrossEncoder.Fresh freshReranker(String firstStage) {
      float residual = (float) preset.reranker().residual();
      return new CrossEncoder.Fresh(preset.pairTokens(), residual, firstStage, seed);
    }
  }

  public Demo(
      SkillDataset dataset, Settings settings, Backend backend, RunFolder folder, RunView view) {
    this.dataset = dataset;
    this.settings = settings;
    this.backend = backend;
    this.folder = folder;
    this.view = view;
    data = RunConfig.digest(dataset);
  }

  /**
   * Runs to the end; results.json and report.html then show all of it, and after a stop or a
   * failure what there was.
   *
   * @throws StoppedException when the user stopped it
   */
  public DemoResults run() {
    BiEncoder embedding = StartingModel.open(settings, backend);
    CutTexts.tell(embedding, dataset, view);
    clear();
    SkillLibrary all = writeSkills(dataset.skills().values(), folder.skills());
    SkillLibrary own =
        writeSkills(dataset.pool(Split.TEST), folder.path().resolve("skills-test.jsonl"));
    Reports reports = new Reports(new TestBench(dataset, view), all, own);
    try {
      trainAndMeasure(embedding, reports);
      folder.finish();
      return write(reports, DemoResults.FINISHED);
    } catch (StoppedException stop) {
      String where = "stopped in \"" + part + "\"" + stop.getMessage();
      DemoResults results = write(reports, where);
      throw new StoppedException(
          "demo: " + where + "; " + results.contents() + " " + folder.path() + howToGoOn());
    } catch (RuntimeException | Error failure) {
      try {
        DemoResults results = write(reports, "failed in \"" + part + "\": " + failure.getMessage());
        view.note("demo: " + results.contents() + " " + folder.path());
      } catch (RuntimeException more) {
        failure.addSuppressed(more);
      }
      throw failure;
    }
  }

  private void trainAndMeasure(BiEncoder embedding, Reports reports) {
    timed("measure the untrained base", () -> reports.add(BASE, embedding, null));
    timed("train R3-Embedding", () -> trainEmbedding(embedding));
    timed("measure R3-Embedding", () -> reports.add(EMBEDDING, embedding, null));

    RerankerTraining training = new RerankerTraining(dataset, settings.preset(), settings.seed());
    Recall recall =
        timedResult(
            "find the rerankers' candidates",
            () ->
                new CrossFitting(dataset, settings, backend, folder, view)
                    .recall(embedding, training));
    String start = embedding.fingerprint();
    CrossEncoder without =
        timedResult(
            "train the reranker without push-away",
            () -> trainReranker(training, recall, RunFolder.NO_PUSH_AWAY, start));
    timed("measure it", () -> reports.add(WITHOUT_PUSH_AWAY, embedding, without));
    CrossEncoder reranker =
        timedResult(
            "train R3-Reranker", () -> trainReranker(training, recall, RunFolder.RERANKER, start));
    timed("measure R3-Reranker", () -> reports.add(RERANKER, embedding, reranker));
    routes.addAll(route(reports.wholePool, embedding, reranker));
  }

  /** An earlier run's results must not stand beside this one's. */
  private void clear() {
    List<String> trainings =
        List.of(RunFolder.EMBEDDING, RunFolder.NO_PUSH_AWAY, RunFolder.RERANKER);
    trainings.forEach(folder::requireWritable);
    try {
      for (Path file :
          List.of(folder.metrics(), folder.config(), folder.results(), folder.report())) {
        Files.deleteIfExists(file);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(
          folder.path() + ": expected to replace an earlier run, got " + failure, failure);
    }
    trainings.forEach(folder::clearState);
    // With its folder for states, the run is not finished until it ends.
  }

  private void trainEmbedding(BiEncoder model) {
    try (TrainingSession session = session(RunFolder.EMBEDDING, model.fingerprint())) {
      requireFinished(
          new EmbeddingTraining(dataset, settings.preset().embedding(), settings.seed())
              .train(model, session));
    }
  }

  private CrossEncoder trainReranker(
      RerankerTraining training, Recall recall, String name, String start) {
    boolean pushAway = name.equals(RunFolder.RERANKER);
    try (PretrainedModel files = PretrainedModel.open(folder.embedding());
        TrainingSession session = session(name, start)) {
      CrossEncoder model = CrossEncoder.fresh(files, settings.freshReranker(start), backend);
      requireFinished(training.train(model, recall, pushAway, session));
      return model;
    }
  }

  private TrainingSession session(String name, String start) {
    new RunConfig(folder.config()).write(name, new RunConfig.Training(settings, data, start));
    return TrainingSession.start(folder, name, view);
  }

  private static void requireFinished(TrainingEvent.Finished end) {
    if (end.reason() == TrainingEvent.Finished.Reason.INTERRUPTED) {
      throw new StoppedException(" after step " + end.step());
    }
  }

  private String howToGoOn() {
    for (String training :
        List.of(RunFolder.EMBEDDING, RunFolder.NO_PUSH_AWAY, RunFolder.RERANKER)) {
      if (Files.exists(folder.state(training))) {
        return "; finish this training with r3 train "
            + (training.equals(RunFolder.EMBEDDING) ? "embedding" : "reranker")
            + (training.equals(RunFolder.NO_PUSH_AWAY) ? " --without-push-away" : "")
            + " --resume --out "
            + folder.path()
            + " and the options of this run, or begin anew with r3 demo";
      }
    }
    return "; begin anew with r3 demo";
  }

  private DemoResults write(Reports reports, String end) {
    DemoResults results =
        new DemoResults(
            settings,
            end,
            seconds,
            reports.whole,
            reports.own,
            comparisons(reports.whole),
            new MetricsFile(folder.metrics()).curves(),
            routes);
    RunFolder.writeJson(folder.results(), DemoSummary.of(results));
    HtmlReport.write(folder.report(), RunReport.of(results));
    return results;
  }

  /** All that the reranker reads, so that both stages' orders can be seen. */
  private List<DemoResults.Route> route(
      SkillLibrary library, BiEncoder embedding, CrossEncoder reranker) {
    int depth = settings.preset().recallDepth();
    try (SkillRouter router =
        SkillRouter.builder(new BiEncoderEmbedder(embedding))
            .reranker(new CrossEncoderScorer(reranker))
            .recallDepth(depth)
            .library(library)) {
      return REQUESTS.stream()
          .map(request -> new DemoResults.Route(request, router.route(request, depth)))
          .toList();
    }
  }

  private List<DemoResults.Comparison> comparisons(List<EvaluationReport> systems) {
    List<DemoResults.Comparison> comparisons = new ArrayList<>();
    int[][] pairs = {{0, 1}, {1, 2}, {1, 3}, {2, 3}}; // rows of the table
    for (int[] pair : pairs) {
      if (pair[1] >= systems.size()) {
        continue; // the run ended before
      }
      for (String metric : List.of("hit@1", "ndcg@10", "set_compat")) {
        EvaluationReport baseline = systems.get(pair[0]);
        EvaluationReport candidate = systems.get(pair[1]);
        comparisons.add(
            new DemoResults.Comparison(
                baseline.system(),
                candidate.system(),
                PairedComparison.of(baseline, candidate, metric, settings.seed())));
      }
    }
    return comparisons;
  }

  private void timed(String what, Runnable work) {
    long start = begin(what);
    work.run();
    end(what, start);
  }

  private <T> T timedResult(String what, Supplier<T> work) {
    long start = begin(what);
    T result = work.get();
    end(what, start);
    return result;
  }

  private long begin(String what) {
    part = what;
    view.requireGoingOn();
    view.begin(what);
    return System.nanoTime();
  }

  private void end(String what, long start) {
    seconds.put(what, (System.nanoTime() - start) / 1e9);
  }

  /** Writes skills.jsonl, so that embeddings are cached beside it and r3 find can search it. */
  private static SkillLibrary writeSkills(Iterable<SkillText> skills, Path file) {
    AtomicFiles.write(
        file,
        out -> {
          for (SkillText skill : skills) {
            String line = RunFolder.jsonLine(Map.of("id", skill.id(), "text", skill.text()));
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
          }
        });
    return SkillLibrary.readJsonl(file);
  }

  /** The rows of the table, as they are measured. */
  private final class Reports {
    private final TestBench bench;
    private final SkillLibrary wholePool;
    private final SkillLibrary ownPool;
    private final List<EvaluationReport> whole = new ArrayList<>();
    private final List<EvaluationReport> own = new ArrayList<>();

    Reports(TestBench bench, SkillLibrary wholePool, SkillLibrary ownPool) {
      this.bench = bench;
      this.wholePool = wholePool;
      this.ownPool = ownPool;
    }

    void add(String system, BiEncoder embedding, @Nullable CrossEncoder reranker) {
      int depth = settings.preset().recallDepth();
      EvaluationReport report = bench.measure(system, wholePool, embedding, reranker, depth);
      whole.add(report);
      if (settings.preset().ownPool()) {
        own.add(bench.measure(system, ownPool, embedding, reranker, depth));
      }
      view.note(ResultTable.of(List.of(report)));
    }
  }
}
