package dev.r3.cli.command;

import dev.r3.cli.model.BaseModel;
import dev.r3.cli.pipeline.Demo;
import dev.r3.cli.pipeline.DemoResults;
import dev.r3.cli.pipeline.DemoSummary;
import dev.r3.cli.pipeline.Preset;
import dev.r3.cli.pipeline.ResultTable;
import dev.r3.cli.pipeline.RunFolder;
import dev.r3.cli.pipeline.ShippedData;
import dev.r3.cli.progress.Terminal;
import dev.r3.retrieve.route.Routed;
import dev.r3.tensor.Backend;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The main job, from a pretrained encoder to a measured two-stage router. */
@Command(
    name = "demo",
    description = {
      "Trains both stages on the shipped skills, measures them on held-out ones, and uses them.",
      "Writes models, metrics, results and a report into the run folder."
    },
    footer = {"  r3 demo", "  r3 demo --preset full --out runs/full"})
public final class DemoCommand implements Runnable {
  private final Terminal terminal;
  @Mixin private final BackendOptions backend = new BackendOptions();
  @Mixin private final SeedOption seed = new SeedOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "quick",
      description = {
        "quick: shorter texts, one epoch, a part of the requests for the rerankers, which read 10",
        "skills a request; full: until the dev split no longer improves (default: ${DEFAULT-VALUE})."
      })
  private String preset = "quick";

  @Option(
      names = "--base",
      paramLabel = "MODEL",
      defaultValue = "bge-small-zh-v15",
      description =
          "What to start from: bge-small-zh-v15, bge-small-en-v15, all-minilm-l6-v2, e5-small-v2, or"
              + " a Hugging Face directory (default: ${DEFAULT-VALUE}).")
  private String base = BaseModel.BGE_SMALL_ZH.id();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A data set in the format of r3-mini instead of r3-mini itself.")
  private @Nullable Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "runs/demo",
      description = "The run folder (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("runs/demo");

  public DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    Preset numbers = Preset.named(preset);
    RunFolder folder = RunFolder.create(out);
    try (Backend root = backend.open()) {
      terminal.err().println("backend " + root.name() + ": " + root.description());
      Demo.Settings settings = new Demo.Settings(base, numbers, seed.seed(), root.name());
      DemoResults results =
          new Demo(
                  ShippedData.orDirectory(data), settings, root, folder, new TerminalView(terminal))
              .run();
      if (json.isOn()) {
        json.print(terminal, DemoSummary.of(results));
      } else {
        print(results, folder);
      }
    }
  }

  private void print(DemoResults results, RunFolder folder) {
    PrintStream out = terminal.out();
    out.printf("%nTest requests over all %d skills%n%n", results.wholePool().get(0).poolSize());
    out.print(ResultTable.of(results.wholePool()));
    out.printf("%nOver the %d held-out skills%n%n", results.ownPool().get(0).poolSize());
    out.print(ResultTable.of(results.ownPool()));
    out.printf("%nDifferences over all skills, paired over requests%n%n");
    for (DemoResults.Comparison comparison : results.comparisons()) {
      out.printf(
          "%s -> %s: %s%n",
          comparison.baseline(), comparison.candidate(), comparison.test().toLine());
    }
    for (DemoResults.Route route : results.routes()) {
      out.printf("%n%s%n", route.request());
      for (Routed routed : route.skills()) {
        out.println(line(routed));
      }
    }
    out.printf("%nModels, metrics and report: %s%n", folder.path());
  }

  /** One skill of a route with the scores of both stages. */
  static String line(Routed routed) {
    Float second = routed.rerankScore();
    return String.format(
        Locale.ROOT,
        "%3d. %-12s %-40s similarity %.3f%s",
        routed.rank(),
        routed.skill().id(),
        routed.skill().name(),
        routed.firstStageScore(),
        second == null ? "" : String.format(Locale.ROOT, ", score %.2f", second));
  }
}
