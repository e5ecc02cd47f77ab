package dev.r3.cli.command;

import dev.r3.cli.model.BaseModel;
import dev.r3.cli.pipeline.RunFolder;
import dev.r3.cli.progress.Progress;
import dev.r3.cli.progress.Terminal;
import dev.r3.cli.progress.Work;
import dev.r3.retrieve.route.RouterModels;
import dev.r3.tensor.Backend;
import dev.r3.tensor.io.DataException;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.PretrainedModel;
import dev.r3.transformer.checkpoint.LoadOptions;
import dev.r3.transformer.checkpoint.WeightPrecision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --models}: which trained models a command uses; without it the newest finished run. */
public final class ModelsOption {
  private static final Path RUNS = Path.of("runs");

  @Option(
      names = "--models",
      paramLabel = "DIR[,DIR]",
      description = {
        "A run folder, an embedding model, or an embedding model and a reranker separated by a",
        "comma. Without it: the newest finished run under runs/, else the untrained base model."
      })
  private @Nullable String models;

  @Option(
      names = "--weights",
      paramLabel = "FORM",
      defaultValue = "stored",
      converter = PrecisionConverter.class,
      description = {
        "How weights are held: stored (16 bits where the file has BF16), int8 (half of that, a",
        "little less exact) or full (default: ${DEFAULT-VALUE})."
      })
  private WeightPrecision weights = WeightPrecision.AS_STORED;

  @Option(
      names = "--skill-tokens",
      paramLabel = "N",
      converter = AtLeast.Three.class,
      description = {
        "How much of a skill the embedding model reads, special tokens included (default: what the",
        "model was made for)."
      })
  private @Nullable Integer skillTokens;

  /**
   * Models ready to use.
   *
   * @param name what they are, for people
   * @param reranker null where there is only a first stage
   */
  record Opened(
      String name, boolean trained, BiEncoder embedding, @Nullable CrossEncoder reranker) {}

  /** Opens the models asked for, else the newest finished run's, else the base; says which. */
  Opened open(Backend backend, Terminal terminal) {
    Opened opened = new Opening(backend, terminal, weights).open();
    terminal.err().println("models: " + opened.name());
    return opened;
  }

  /** The same models with their weights in another form. */
  Opened openAs(WeightPrecision form, Backend backend, Terminal terminal) {
    return new Opening(backend, terminal, form).open();
  }

  /** One opening of the models. */
  private final class Opening {
    private final Backend backend;
    private final Terminal terminal;
    private final WeightPrecision form;

    Opening(Backend backend, Terminal terminal, WeightPrecision form) {
      this.backend = backend;
      this.terminal = terminal;
      this.form = form;
    }

    Opened open() {
      String asked = models;
      if (asked != null) {
        return open(asked(asked), "");
      }
      Optional<Path> run = newestRun(RUNS);
      if (run.isPresent()) {
        return open(RouterModels.in(run.get()), " (the newest finished run)");
      }
      for (Path other : runs(RUNS)) {
        terminal
            .err()
            .println(other + " is not finished; --models " + other + " takes what it has");
      }
      String base = BaseModel.BGE_SMALL_ZH.id();
      try (PretrainedModel files = BaseModel.open(base)) {
        return new Opened(
            "the untrained base " + base + " (no finished run under " + RUNS + "/)",
            false,
            limited(BiEncoder.of(files, backend, LoadOptions.of(form))),
            null);
      }
    }

    private Opened open(RouterModels folders, String which) {
      Path first = folders.embedding();
      BiEncoder embedding = watched(first, options -> BiEncoder.open(first, backend, options));
      Path second = folders.reranker().orElse(null);
      if (second == null) {
        return new Opened(first + which, true, limited(embedding), null);
      }
      CrossEncoder reranker =
          watched(second, options -> CrossEncoder.open(second, backend, options));
      boolean asTrained = form == WeightPrecision.AS_STORED;
      if (asTrained && !reranker.learnedWith(embedding)) {
        terminal
            .err()
            .println(
                second
                    + " learned to correct another embedding model than "
                    + first
                    + ": expect a worse order, or train it again with r3 train reranker");
      }
      return new Opened(first + " and " + second + which, true, limited(embedding), reranker);
    }

    private BiEncoder limited(BiEncoder embedding) {
      Integer limit = skillTokens;
      if (limit == null) {
        return embedding;
      }
      if (limit > embedding.maxTokens()) {
        throw new DataException(
            "--skill-tokens: expected at most %d, the positions that the model has, got %d"
                .formatted(embedding.maxTokens(), limit));
      }
      int queryTokens = embedding.settings().queryMaxTokens();
      return embedding.with(embedding.settings().withLimits(queryTokens, limit));
    }

    /** Opens a model; large ones show how far they are. */
    private <T> T watched(Path folder, Function<LoadOptions, T> open) {
      try (Progress progress =
          Progress.whenSlow(terminal, Work.of("load " + folder, 100, "percent"))) {
        return open.apply(
            LoadOptions.of(form)
                .withListener((bytes, total) -> progress.update(100 * bytes / total)));
      }
    }
  }

  private static RouterModels asked(String models) {
    String[] folders = models.split(",", 2);
    RouterModels first = RouterModels.in(Path.of(folders[0]));
    if (folders.length == 1) {
      return first;
    }
    Path reranker = Path.of(folders[1]);
    if (!Files.isDirectory(reranker)) {
      throw new DataException(reranker + ": expected a reranker's directory, got none");
    }
    return new RouterModels(first.embedding(), Optional.of(reranker));
  }

  /** The finished run whose models were written last. */
  static Optional<Path> newestRun(Path runs) {
    return runs(runs).stream()
        .filter(run -> new RunFolder(run).isFinished())
        .max(Comparator.comparing(ModelsOption::written));
  }

  private static List<Path> runs(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> runs = Files.list(folder)) {
      return runs.filter(run -> Files.isDirectory(new RunFolder(run).embedding()))
          .sorted()
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(folder + ": expected a readable folder", failure);
    }
  }

  private static FileTime written(Path run) {
    RunFolder folder = new RunFolder(run);
    return Stream.of(RunFolder.EMBEDDING, RunFolder.RERANKER)
        .map(model -> folder.model(model).resolve("model.safetensors"))
        .filter(Files::isRegularFile)
        .map(ModelsOption::modified)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(file + ": expected a readable file", failure);
    }
  }

  /** How {@code --weights} calls a form. */
  static String name(WeightPrecision form) {
    return switch (form) {
      case AS_STORED -> "stored";
      case INT8 -> "int8";
      case FULL -> "full";
    };
  }

  static final class PrecisionConverter implements ITypeConverter<WeightPrecision> {
    @Override
    public WeightPrecision convert(String value) {
      return switch (value) {
        case "stored" -> WeightPrecision.AS_STORED;
        case "int8" -> WeightPrecision.INT8;
        case "full" -> WeightPrecision.FULL;
        default -> throw new TypeConversionException("expected stored, int8 or full, got " + value);
      };
    }
  }
}
