package dev.r3.cli.command;

import dev.r3.cli.pipeline.CutTexts;
import dev.r3.cli.pipeline.ResultTable;
import dev.r3.cli.pipeline.ShippedData;
import dev.r3.cli.pipeline.TestBench;
import dev.r3.cli.progress.Printable;
import dev.r3.cli.progress.Terminal;
import dev.r3.retrieve.eval.EvaluationReport;
import dev.r3.retrieve.skill.SkillLibrary;
import dev.r3.tensor.Backend;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.Split;
import dev.r3.transformer.CrossEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures models on the held-out requests of a data set. */
@Command(
    name = "eval",
    description = {
      "Measures the first stage, and both stages where there is a reranker, on a test split.",
      "Prints the standard metrics for all requests and for each language direction."
    },
    footer = {"  r3 eval", "  r3 eval --models runs/demo --pool own --json"})
public final class EvalCommand implements Runnable {
  private final Terminal terminal;
  @Mixin private final ModelsOption models = new ModelsOption();
  @Mixin private final BackendOptions backend = new BackendOptions();
  @Mixin private final JsonOption json = new JsonOption();

  /** Which skills are ranked. */
  enum Pool {
    ALL,
    OWN
  }

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A data set in the format of r3-mini instead of r3-mini itself.")
  private @Nullable Path data;

  @Option(
      names = "--pool",
      paramLabel = "POOL",
      defaultValue = "ALL",
      description = "Rank all skills, or only those of the test split: all or own (default: all).")
  private Pool pool = Pool.ALL;

  @Option(
      names = "--recall-depth",
      paramLabel = "N",
      defaultValue = "20",
      converter = AtLeastOne.class,
      description = "How many skills the reranker reads (default: ${DEFAULT-VALUE}).")
  private int recallDepth = 20;

  public EvalCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    SkillDataset dataset = ShippedData.orDirectory(data);
    SkillLibrary library =
        TestBench.library(pool == Pool.ALL ? dataset.skills().values() : dataset.pool(Split.TEST));
    TerminalView view = new TerminalView(terminal);
    TestBench bench = new TestBench(dataset, view);
    List<EvaluationReport> reports = new ArrayList<>();
    try (Backend root = backend.open()) {
      ModelsOption.Opened opened = models.open(root, terminal);
      CutTexts.tell(opened.embedding(), dataset, view);
      String first = opened.trained() ? "first stage" : "untrained base";
      reports.add(bench.measure(first, library, opened.embedding(), null, recallDepth));
      CrossEncoder reranker = opened.reranker();
      if (reranker != null) {
        reports.add(
            bench.measure("both stages", library, opened.embedding(), reranker, recallDepth));
      }
    }
    if (json.isOn()) {
      json.print(terminal, reports);
    } else {
      terminal.out().print(ResultTable.of(reports));
      for (EvaluationReport report : reports) {
        terminal.out().println();
        report.toTable().lines().map(Printable::text).forEach(terminal.out()::println);
      }
    }
  }
}
