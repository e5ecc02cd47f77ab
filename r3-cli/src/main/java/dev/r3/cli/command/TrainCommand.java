package dev.r3.cli.command;

import dev.r3.cli.pipeline.Demo;
import dev.r3.cli.pipeline.Preset;
import dev.r3.cli.pipeline.RunFolder;
import dev.r3.cli.pipeline.ShippedData;
import dev.r3.cli.pipeline.TrainingRun;
import dev.r3.cli.progress.Terminal;
import dev.r3.tensor.Backend;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.trainer.TrainingEvent;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Trains one stage on a data set. */
@Command(
    name = "train",
    description = {
      "Trains the embedding model or the reranker and writes it into the run folder.",
      "The reranker starts from the run's embedding model, which must be there. Ctrl-C stops after",
      "the current step, and --resume goes on from there; a second Ctrl-C ends at once."
    },
    footer = {
      "  r3 train embedding --data my_data --out runs/mine",
      "  r3 train embedding --data my_data --out runs/mine --resume",
      "  r3 train reranker --data my_data --out runs/mine"
    })
public final class TrainCommand implements Runnable {
  private final Terminal terminal;
  private final Runnable endNow;
  @Mixin private final BackendOptions backend = new BackendOptions();
  @Mixin private final SeedOption seed = new SeedOption();
  @Mixin private final JsonOption json = new JsonOption();
  @Mixin private final PresetOption preset = new PresetOption();
  @Mixin private final BaseOption base = new BaseOption();

  /** What can be trained. */
  enum Stage {
    EMBEDDING,
    RERANKER
  }

  @Parameters(paramLabel = "STAGE", description = "embedding or reranker.")
  private Stage stage = Stage.EMBEDDING;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A data set in the format of r3-mini instead of r3-mini itself.")
  private @Nullable Path data;

  @Option(
      names = "--start-share",
      paramLabel = "S",
      converter = UpTo.One.class,
      description = {
        "Embedding, and the folds of a reranker: how much of the starting weights is mixed into the",
        "trained ones, from 0 to 1 (default: the preset's 0.2)."
      })
  private @Nullable Double startShare;

  @Option(
      names = "--without-push-away",
      description = "Reranker: take rejected skills for plain negatives.")
  private boolean withoutPushAway;

  @Option(
      names = "--all-golds",
      description = {
        "Reranker: learn of every gold of a request, also of those that the embedding model does not",
        "recall."
      })
  private boolean allGolds;

  @Option(
      names = "--folds",
      paramLabel = "N",
      converter = Folds.class,
      description = {
        "Reranker: by how many embedders its candidates are found, each of them for requests that it",
        "did not train on; 0 = by the embedding model itself (default: quick 0, full 2)."
      })
  private @Nullable Integer folds;

  @Option(
      names = "--residual",
      paramLabel = "W",
      converter = UpTo.Thousands.class,
      description = {
        "Reranker: where the weight of the embedding model's similarity starts in its scores; 0 =",
        "at chance (default: the preset's 10)."
      })
  private @Nullable Double residual;

  @Option(
      names = "--resume",
      description = {
        "Go on with an interrupted training, with the same options: it ends with the same model,",
        "bit by bit, as one that was not interrupted."
      })
  private boolean resume;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "runs/train",
      description = "The run folder (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("runs/train");

  /**
   * @param endNow ends the process
   */
  public TrainCommand(Terminal terminal, Runnable endNow) {
    this.terminal = terminal;
    this.endNow = endNow;
  }

  /** What {@code --json} prints. */
  record Trained(
      String training,
      String end,
      long step,
      @Nullable Long bestStep,
      @Nullable Double bestValue,
      String model) {}

  @Override
  public void run() {
    String name =
        stage == Stage.EMBEDDING
            ? RunFolder.EMBEDDING
            : withoutPushAway ? RunFolder.NO_PUSH_AWAY : RunFolder.RERANKER;
    String start = base.base();
    SkillDataset dataset = ShippedData.orDirectory(data);
    RunFolder folder = RunFolder.create(out);
    try (Backend root = backend.open();
        StopSignals signals = StopSignals.listen(terminal, endNow)) {
      Demo.Settings settings = new Demo.Settings(start, numbers(), seed.seed(), root.name());
      TrainingRun run =
          new TrainingRun(
              dataset, settings, root, folder, new TerminalView(terminal, signals::requested));
      TrainingEvent.Finished end = run.train(name, resume);
      print(name, end, folder.model(name));
    }
  }

  private Preset numbers() {
    Preset chosen = preset.preset();
    Preset.Reranker reranker = chosen.reranker();
    if (allGolds) {
      reranker = reranker.withAllGolds();
    }
    if (folds != null) {
      reranker = reranker.withFolds(folds);
    }
    if (residual != null) {
      reranker = reranker.withResidual(residual);
    }
    Preset.Embedding embedding = chosen.embedding();
    if (startShare != null) {
      embedding = embedding.withStartShare(startShare);
    }
    return chosen.with(embedding).with(reranker);
  }

  private void print(String name, TrainingEvent.Finished end, Path model) {
    String reason = end.reason().name().toLowerCase(Locale.ROOT);
    if (json.isOn()) {
      json.print(
          terminal,
          new Trained(
              name,
              reason,
              end.step(),
              end.best().map(TrainingEvent.Finished.Best::step).orElse(null),
              end.best().map(TrainingEvent.Finished.Best::value).orElse(null),
              model.toString()));
    } else {
      terminal.out().printf("%s: %s after step %d%n", model, reason.replace('_', ' '), end.step());
    }
  }

  static final class Folds implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      if (value.matches("0|[2-9]|[1-9]\\d")) {
        return Integer.valueOf(value);
      }
      throw new TypeConversionException("expected 0, or from 2 to 99, got " + value);
    }
  }
}
