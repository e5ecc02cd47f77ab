package dev.r3.cli.command;

import dev.r3.cli.pipeline.PublishedResults;
import dev.r3.cli.pipeline.Reproduction;
import dev.r3.cli.progress.Terminal;
import dev.r3.retrieve.eval.EvaluationReport;
import dev.r3.tensor.Backend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures models as the reference evaluation does, beside what its authors publish. */
@Command(
    name = "reproduce",
    description = {
      "Measures both stages on the test split of R3-Skill and prints every metric beside the value",
      "that the authors of R3 publish for their released models. The whole split takes hours on a",
      "CPU; --limit takes a part of the requests. Embeddings of the skills are kept beside them."
    },
    footer = {
      "  r3 reproduce --models models/r3-embedding,models/r3-reranker --data R3-Skill/data",
      "  r3 reproduce --models models/r3-embedding --data R3-Skill/data --limit 200 --json"
    })
public final class ReproduceCommand implements Runnable {
  private final Terminal terminal;
  @Mixin private final ModelsOption models = new ModelsOption();
  @Mixin private final BackendOptions backend = new BackendOptions();
  @Mixin private final JsonOption json = new JsonOption();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description =
          "R3-Skill's data folder: " + Reproduction.REQUESTS + ", " + Reproduction.SKILLS + ".")
  private Path data = Path.of("data");

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = AtLeast.One.class,
      description = "Measure so many requests, evenly spread, instead of all.")
  private @Nullable Integer limit;

  @Option(
      names = "--recall-depth",
      paramLabel = "N",
      defaultValue = "20",
      converter = AtLeast.One.class,
      description = "How many skills the reranker reads (default: ${DEFAULT-VALUE}).")
  private int recallDepth = 20;

  public ReproduceCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** What {@code --json} prints. */
  record Result(
      String models, int requests, int requestsOfTheSplit, int skills, List<Stage> stages) {}

  /**
   * @param metrics by name
   */
  record Stage(String stage, Map<String, Value> metrics) {}

  /**
   * @param published by the reference evaluation
   * @param paper in the abstract of the paper's first version
   */
  record Value(@Nullable Double measured, Double published, @Nullable Double paper) {}

  @Override
  public void run() {
    TerminalView view = new TerminalView(terminal);
    Reproduction reproduction = Reproduction.of(data, limit == null ? 0 : limit, view);
    try (Backend root = backend.open()) {
      ModelsOption.Opened opened = models.open(root, terminal);
      List<EvaluationReport> reports =
          reproduction.measure(opened.embedding(), opened.reranker(), recallDepth);
      List<Stage> stages = new ArrayList<>();
      stages.add(stage(reports.get(0), PublishedResults.EMBEDDING));
      if (reports.size() > 1) {
        stages.add(stage(reports.get(1), PublishedResults.BOTH_STAGES));
      }
      Result result =
          new Result(
              opened.name(),
              reproduction.takenRequests(),
              reproduction.allRequests(),
              reports.get(0).poolSize(),
              stages);
      if (json.isOn()) {
        json.print(terminal, result);
      } else {
        print(result);
      }
    }
  }

  private static Stage stage(EvaluationReport report, PublishedResults published) {
    Map<String, Value> metrics = new LinkedHashMap<>();
    published
        .reference()
        .forEach(
            (metric, reference) -> {
              var mean = report.mean(metric);
              metrics.put(
                  metric,
                  new Value(
                      mean.isPresent() ? mean.getAsDouble() : null,
                      reference,
                      published.paper().get(metric)));
            });
    return new Stage(report.system(), metrics);
  }

  private void print(Result result) {
    terminal
        .out()
        .printf(
            "%d of %d requests over %d skills%n",
            result.requests(), result.requestsOfTheSplit(), result.skills());
    for (Stage stage : result.stages()) {
      terminal
          .out()
          .printf(
              "%n%-14s%10s%10s%12s%10s%n",
              stage.stage(), "here", "published", "difference", "paper");
      stage
          .metrics()
          .forEach(
              (metric, value) -> {
                Double here = value.measured();
                Double paper = value.paper();
                terminal
                    .out()
                    .printf(
                        Locale.ROOT,
                        "%-14s%10s%10.4f%12s%10s%n",
                        metric,
                        here == null ? "-" : String.format(Locale.ROOT, "%.4f", here),
                        value.published(),
                        here == null
                            ? "-"
                            : String.format(Locale.ROOT, "%+.4f", here - value.published()),
                        paper == null ? "" : String.format(Locale.ROOT, "%.4f", paper));
              });
    }
  }
}
