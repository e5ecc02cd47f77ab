package dev.r3.cli.pipeline;

import dev.r3.cli.model.BaseModel;
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
import dev.r3.train.trainer.JsonlEvents;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.train.trainer.TrainingListener;
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
  private static final int ROUTED = 5;

  private final SkillDataset dataset;
  private final Settings settings;
  private final Backend backend;
  private final RunFolder folder;
  private final RunView view;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private final List<LossCurve> curves = new ArrayList<>();

  /** What decides a run's numbers, on one machine. */
  public record Settings(String base, Preset preset, long seed, String backend) {}

  public Demo(
      SkillDataset dataset, Settings settings, Backend backend, RunFolder folder, RunView view) {
    this.dataset = dataset;
    this.settings = settings;
    this.backend = backend;
    this.folder = folder;
    this.view = view;
  }

  /** Runs to the end, or until a training is interrupted; then what is there stays. */
  public DemoResults run() {
    Preset preset = settings.preset();
    RunFolder.writeJson(folder.config(), settings);
    deleteIfPresent(folder.metrics());
    SkillLibrary all = writeSkills(dataset.skills().values(), folder.skills());
    SkillLibrary own =
        writeSkills(dataset.pool(Split.TEST), folder.path().resolve("skills-test.jsonl"));
    TestBench bench = new TestBench(dataset, view);
    Reports reports = new Reports(bench, all, own);

    BiEncoder embedding = openBase(preset);
    timed("measure the untrained base", () -> reports.add(BASE, embedding, null));
    timed(
        "train R3-Embedding",
        () ->
            requireFinished(
                new EmbeddingTraining(dataset, preset.embedding(), settings.seed())
                    .train(embedding, folder.embedding(), listener("embedding"))));
    timed("measure R3-Embedding", () -> reports.add(EMBEDDING, embedding, null));

    RerankerTraining training = new RerankerTraining(dataset, preset, settings.seed());
    FirstStage firstStage =
        timedResult(
            "mine the rerankers' candidates",
            () -> new FirstStage(embedding, training.skills(), training.requests()));
    CrossEncoder without =
        timedResult(
            "train the reranker without push-away",
            () ->
                trainReranker(
                    training, firstStage, false, folder.rerankerWithoutPushAway(), "no-push-away"));
    timed("measure it", () -> reports.add(WITHOUT_PUSH_AWAY, embedding, without));
    CrossEncoder reranker =
        timedResult(
            "train R3-Reranker",
            () -> trainReranker(training, firstStage, true, folder.reranker(), "reranker"));
    timed("measure R3-Reranker", () -> reports.add(RERANKER, embedding, reranker));

    List<DemoResults.Route> routes = route(all, embedding, reranker);
    DemoResults results =
        new DemoResults(
            settings,
            seconds,
            reports.whole,
            reports.own,
            comparisons(reports.whole),
            List.copyOf(curves),
            routes);
    RunFolder.writeJson(folder.results(), DemoSummary.of(results));
    return results;
  }

  private BiEncoder openBase(Preset preset) {
    try (PretrainedModel files = BaseModel.open(settings.base())) {
      BiEncoder model = BiEncoder.of(files, backend);
      return model.with(model.settings().withLimits(preset.queryTokens(), preset.skillTokens()));
    }
  }

  private CrossEncoder trainReranker(
      RerankerTraining training, FirstStage firstStage, boolean pushAway, Path to, String name) {
    try (PretrainedModel files = PretrainedModel.open(folder.embedding())) {
      CrossEncoder model =
          CrossEncoder.fresh(files, settings.preset().pairTokens(), settings.seed(), backend);
      requireFinished(training.train(model, firstStage, pushAway, to, listener(name)));
      return model;
    }
  }

  /** Shows, collects and writes the events of one training. */
  private TrainingListener listener(String name) {
    LossCurve curve = new LossCurve(name);
    curves.add(curve);
    JsonlEvents file = new JsonlEvents(folder.metrics(), name);
    TrainingListener closing =
        event -> {
          if (event instanceof TrainingEvent.Finished || event instanceof TrainingEvent.Failed) {
            file.close();
          }
        };
    return view.training(name).and(curve).and(file).and(closing);
  }

  private void requireFinished(TrainingEvent.Finished end) {
    if (end.reason() == TrainingEvent.Finished.Reason.INTERRUPTED) {
      throw new IllegalStateException(
          "Demo: interrupted after step "
              + end.step()
              + "; the models and metrics so far are in "
              + folder.path());
    }
  }

  private List<DemoResults.Route> route(
      SkillLibrary library, BiEncoder embedding, CrossEncoder reranker) {
    try (SkillRouter router =
        SkillRouter.builder(new BiEncoderEmbedder(embedding))
            .reranker(new CrossEncoderScorer(reranker))
            .recallDepth(settings.preset().recallDepth())
            .library(library)) {
      return REQUESTS.stream()
          .map(request -> new DemoResults.Route(request, router.route(request, ROUTED)))
          .toList();
    }
  }

  private List<DemoResults.Comparison> comparisons(List<EvaluationReport> systems) {
    List<DemoResults.Comparison> comparisons = new ArrayList<>();
    int[][] pairs = {{0, 1}, {1, 2}, {1, 3}, {2, 3}}; // rows of the table
    for (int[] pair : pairs) {
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
    view.begin(what);
    long start = System.nanoTime();
    work.run();
    seconds.put(what, (System.nanoTime() - start) / 1e9);
  }

  private <T> T timedResult(String what, Supplier<T> work) {
    view.begin(what);
    long start = System.nanoTime();
    T result = work.get();
    seconds.put(what, (System.nanoTime() - start) / 1e9);
    return result;
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

  private static void deleteIfPresent(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(file + ": expected to replace it", failure);
    }
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
      own.add(bench.measure(system, ownPool, embedding, reranker, depth));
      view.note(ResultTable.of(List.of(report)));
    }
  }
}
