package dev.r3.cli.command;

import dev.r3.cli.model.BaseModel;
import dev.r3.cli.pipeline.RunFolder;
import dev.r3.cli.progress.Terminal;
import dev.r3.retrieve.route.RouterModels;
import dev.r3.tensor.Backend;
import dev.r3.tensor.io.DataException;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.PretrainedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

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
    String asked = models;
    Opened opened =
        asked == null ? openDefault(backend, terminal) : open(asked(asked), "", backend);
    terminal.err().println("models: " + opened.name());
    return opened;
  }

  private static Opened openDefault(Backend backend, Terminal terminal) {
    Optional<Path> run = newestRun(RUNS);
    if (run.isPresent()) {
      return open(RouterModels.in(run.get()), " (the newest finished run)", backend);
    }
    for (Path other : runs(RUNS)) {
      terminal.err().println(other + " is not finished; --models " + other + " takes what it has");
    }
    String base = BaseModel.BGE_SMALL_ZH.id();
    try (PretrainedModel files = BaseModel.open(base)) {
      return new Opened(
          "the untrained base " + base + " (no finished run under " + RUNS + "/)",
          false,
          BiEncoder.of(files, backend),
          null);
    }
  }

  private static Opened open(RouterModels folders, String which, Backend backend) {
    BiEncoder embedding = BiEncoder.open(folders.embedding(), backend);
    Path second = folders.reranker().orElse(null);
    return new Opened(
        folders.embedding() + (second == null ? "" : " and " + second) + which,
        true,
        embedding,
        second == null ? null : CrossEncoder.open(second, backend));
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
}
