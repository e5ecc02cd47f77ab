package dev.r3.cli.command;

import dev.r3.cli.pipeline.Demo;
import dev.r3.cli.pipeline.DemoResults;
import dev.r3.cli.pipeline.DemoSummary;
import dev.r3.cli.pipeline.ResultTable;
import dev.r3.cli.pipeline.RunFolder;
import dev.r3.cli.pipeline.ShippedData;
import dev.r3.cli.progress.Terminal;
import dev.r3.retrieve.route.Routed;
import dev.r3.tensor.Backend;
import dev.r3.train.data.SkillDataset;
import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The main job, from a pretrained encoder to a measured two-stage router. */
@Command(
    name = "demo",
    description = {
      "Trains both stages on the shipped skills, measures them on held-out ones, and uses them.",
      "Writes models, metrics, results and a report into the run folder. Ctrl-C stops it once what it",
      "has is whole, and a second Ctrl-C at once."
    },
    footer = {"  r3 demo", "  r3 demo --preset full --out runs/full"})
public final class DemoCommand implements Runnable {
  private final Terminal terminal;
  private final Runnable endNow;
  @Mixin private final BackendOptions backend = new BackendOptions();
  @Mixin private final SeedOption seed = new SeedOption();
  @Mixin private final JsonOption json = new JsonOption();
  @Mixin private final PresetOption preset = new PresetOption();
  @Mixin private final BaseOption base = new BaseOption();

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

  /**
   * @param endNow ends the process
   */
  public DemoCommand(Terminal terminal, Runnable endNow) {
    this.terminal = terminal;
    this.endNow = endNow;
  }

  @Override
  public void run() {
    String start = base.base();
    SkillDataset dataset = ShippedData.orDirectory(data);
    RunFolder folder = RunFolder.create(out);
    try (Backend root = backend.open();
        StopSignals signals = StopSignals.listen(terminal, endNow)) {
      terminal.err().println("backend " + root.name() + ": " + root.description());
      Demo.Settings settings = new Demo.Settings(start, preset.preset(), seed.seed(), root.name());
      DemoResults results =
          new Demo(dataset, settings, root, folder, new TerminalView(terminal, signals::requested))
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
    if (!results.ownPool().isEmpty()) { // not every preset measures it
      out.printf("%nOver the %d held-out skills%n%n", results.ownPool().get(0).poolSize());
      out.print(ResultTable.of(results.ownPool()));
    }
    out.printf("%nDifferences over all skills, paired over requests%n%n");
    for (DemoResults.Comparison comparison : results.comparisons()) {
      out.printf(
          "%s -> %s: %s%n",
          comparison.baseline(), comparison.candidate(), comparison.test().toLine());
    }
    for (DemoResults.Route route : results.routes()) {
      out.printf("%n%s%n", route.request());
      for (Routed routed : route.best()) {
        out.println(RoutedLine.of(routed));
      }
    }
    out.printf("%nModels, metrics and results: %s%nReport: %s%n", folder.path(), folder.report());
  }
}
