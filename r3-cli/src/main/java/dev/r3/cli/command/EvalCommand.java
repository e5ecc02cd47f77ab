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
import dev.r3.transformer.checkpoint.WeightPrecision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    footer = {
      "  r3 eval",
      "  r3 eval --models runs/demo --pool own --json",
      "  r3 eval --models runs/demo --against int8"
    })
public final class EvalCommand implements Runnable {
  private final Terminal terminal;
  @Mixin private final ModelsOption models = new ModelsOption();
  @Mixin private final BackendOptions backend = new BackendOptions();
  @Mixin private final RecallDepthOption depth = new RecallDepthOption();
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
      names = "--against",
      paramLabel = "FORM",
      converter = ModelsOption.PrecisionConverter.class,
      description = {
        "Measure again with weights in another form (stored, int8 or full), and print what that",
        "changes."
      })
  private @Nullable WeightPrecision against;

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
    List<EvaluationReport> reports;
    List<EvaluationReport> others = List.of();
    try (Backend root = backend.open()) {
      ModelsOption.Opened opened = models.open(root, terminal);
      CutTexts.tell(opened.embedding(), dataset, view);
      reports = measure(opened, "", bench, library);
      WeightPrecision form = against;
      if (form != null) {
        String suffix = ", " + ModelsOption.name(form);
        others = measure(models.openAs(form, root, terminal), suffix, bench, library);
      }
    }
    List<EvaluationReport> all = new ArrayList<>(reports);
    all.addAll(others);
    if (json.isOn()) {
      json.print(terminal, all);
    } else {
      terminal.out().print(ResultTable.of(all));
      for (int i = 0; i < others.size(); i++) {
        printChange(reports.get(i), others.get(i));
      }
      for (EvaluationReport report : all) {
        terminal.out().println();
        report.toTable().lines().map(Printable::text).forEach(terminal.out()::println);
      }
    }
  }

  private List<EvaluationReport> measure(
      ModelsOption.Opened opened, String suffix, TestBench bench, SkillLibrary library) {
    List<EvaluationReport> reports = new ArrayList<>();
    String first = (opened.trained() ? "first stage" : "untrained base") + suffix;
    reports.add(bench.measure(first, library, opened.embedding(), null, depth.recallDepth()));
    CrossEncoder reranker = opened.reranker();
    if (reranker != null) {
      String both = "both stages" + suffix;
      reports.add(bench.measure(both, library, opened.embedding(), reranker, depth.recallDepth()));
    }
    return reports;
  }

  private void printChange(EvaluationReport report, EvaluationReport other) {
    double change = other.mean("ndcg@10").orElseThrow() - report.mean("ndcg@10").orElseThrow();
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "%s -> %s: ndcg@10 %+.4f, the same skill first for %.1f %% of the requests%n",
            report.system(),
            other.system(),
            change,
            100 * report.agreement(other));
  }
}
