package dev.r3.cli.command;

import dev.r3.cli.model.BaseModel;
import dev.r3.cli.pipeline.EmbeddingTraining;
import dev.r3.cli.pipeline.FirstStage;
import dev.r3.cli.pipeline.Preset;
import dev.r3.cli.pipeline.RerankerTraining;
import dev.r3.cli.pipeline.RunFolder;
import dev.r3.cli.pipeline.ShippedData;
import dev.r3.cli.progress.Terminal;
import dev.r3.tensor.Backend;
import dev.r3.tensor.io.DataException;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.trainer.JsonlEvents;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.PretrainedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains one stage on a data set. */
@Command(
    name = "train",
    description = {
      "Trains the embedding model or the reranker and writes it into the run folder.",
      "The reranker starts from the run's embedding model, which must be there."
    },
    footer = {
      "  r3 train embedding --data my_data --out runs/mine",
      "  r3 train reranker --data my_data --out runs/mine"
    })
public final class TrainCommand implements Runnable {
  private final Terminal terminal;
  @Mixin private final BackendOptions backend = new BackendOptions();
  @Mixin private final SeedOption seed = new SeedOption();

  /** What can be trained. */
  enum Stage {
    EMBEDDING,
    RERANKER
  }

  @Parameters(paramLabel = "STAGE", description = "embedding or reranker.")
  private Stage stage = Stage.EMBEDDING;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "quick",
      description = "quick or full, as in r3 demo (default: ${DEFAULT-VALUE}).")
  private String preset = "quick";

  @Option(
      names = "--base",
      paramLabel = "MODEL",
      defaultValue = "bge-small-zh-v15",
      description =
          "What the embedding model starts from: a name as in r3 demo, or a Hugging Face directory"
              + " (default: ${DEFAULT-VALUE}).")
  private String base = BaseModel.BGE_SMALL_ZH.id();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A data set in the format of r3-mini instead of r3-mini itself.")
  private @Nullable Path data;

  @Option(
      names = "--without-push-away",
      description = "Reranker: take rejected skills for plain negatives.")
  private boolean withoutPushAway;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "runs/train",
      description = "The run folder (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("runs/train");

  public TrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    Preset numbers = Preset.named(preset);
    RunFolder folder = RunFolder.create(out);
    SkillDataset dataset = ShippedData.orDirectory(data);
    TerminalView view = new TerminalView(terminal);
    String name = stage == Stage.EMBEDDING ? "embedding" : "reranker";
    try (Backend root = backend.open();
        JsonlEvents events = new JsonlEvents(folder.metrics(), name)) {
      var listener = view.training(name).and(events);
      TrainingEvent.Finished end;
      Path to;
      if (stage == Stage.EMBEDDING) {
        to = folder.embedding();
        try (PretrainedModel files = BaseModel.open(base)) {
          BiEncoder model = BiEncoder.of(files, root);
          model =
              model.with(model.settings().withLimits(numbers.queryTokens(), numbers.skillTokens()));
          end =
              new EmbeddingTraining(dataset, numbers.embedding(), seed.seed())
                  .train(model, to, listener);
        }
      } else {
        to = withoutPushAway ? folder.rerankerWithoutPushAway() : folder.reranker();
        requireEmbedding(folder);
        RerankerTraining training = new RerankerTraining(dataset, numbers, seed.seed());
        FirstStage firstStage =
            new FirstStage(
                BiEncoder.open(folder.embedding(), root), training.skills(), training.requests());
        try (PretrainedModel files = PretrainedModel.open(folder.embedding())) {
          CrossEncoder model = CrossEncoder.fresh(files, numbers.pairTokens(), seed.seed(), root);
          end = training.train(model, firstStage, !withoutPushAway, to, listener);
        }
      }
      terminal.out().printf("%s after step %d: %s%n", end.reason(), end.step(), to);
    }
  }

  private static void requireEmbedding(RunFolder folder) {
    if (!Files.isDirectory(folder.embedding())) {
      throw new DataException(
          folder.embedding()
              + ": expected the trained embedding model that the reranker starts from, got none;"
              + " run r3 train embedding --out "
              + folder.path()
              + " first");
    }
  }
}
