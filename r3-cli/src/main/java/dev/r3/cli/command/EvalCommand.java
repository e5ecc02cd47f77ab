package dev.r3.cli.command;

import dev.r3.cli.model.BaseModel;
import dev.r3.cli.pipeline.ResultTable;
import dev.r3.cli.pipeline.ShippedData;
import dev.r3.cli.pipeline.TestBench;
import dev.r3.cli.progress.Terminal;
import dev.r3.retrieve.eval.EvaluationReport;
import dev.r3.retrieve.route.RouterModels;
import dev.r3.tensor.Backend;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.Split;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.PretrainedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
      description = "How many skills the reranker reads (default: ${DEFAULT-VALUE}).")
  private int recallDepth = 20;

  public EvalCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    Optional<RouterModels> trained = models.find();
    SkillDataset dataset = ShippedData.orDirectory(data);
    TestBench bench = new TestBench(dataset, new TerminalView(terminal));
    var library =
        TestBench.library(pool == Pool.ALL ? dataset.skills().values() : dataset.pool(Split.TEST));
    List<EvaluationReport> reports = new ArrayList<>();
    try (Backend root = backend.open()) {
      if (trained.isEmpty()) {
        terminal.err().println("models: the untrained base " + BaseModel.BGE_SMALL_ZH.id());
        try (PretrainedModel files = BaseModel.open(BaseModel.BGE_SMALL_ZH.id())) {
          reports.add(bench.measure("untrained base", library, BiEncoder.of(files, root), null, 1));
        }
      } else {
        terminal.err().println("models: " + trained.get());
        BiEncoder embedding = BiEncoder.open(trained.get().embedding(), root);
        reports.add(bench.measure("first stage", library, embedding, null, recallDepth));
        if (trained.get().reranker().isPresent()) {
          CrossEncoder reranker = CrossEncoder.open(trained.get().reranker().get(), root);
          reports.add(bench.measure("both stages", library, embedding, reranker, recallDepth));
        }
      }
    }
    if (json.isOn()) {
      json.print(terminal, reports);
    } else {
      terminal.out().print(ResultTable.of(reports));
      reports.forEach(report -> terminal.out().printf("%n%s", report.toTable()));
    }
  }
}
