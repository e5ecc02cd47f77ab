package dev.r3.cli.command;

import dev.r3.retrieve.route.RouterModels;
import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --models}: which trained models a command uses; without it the newest run. */
public final class ModelsOption {
  private static final Path RUNS = Path.of("runs");

  @Option(
      names = "--models",
      paramLabel = "DIR[,DIR]",
      description = {
        "A run folder, an embedding model, or an embedding model and a reranker separated by a",
        "comma. Without it: the newest run under runs/, else the untrained base model."
      })
  private @Nullable String models;

  /** The models asked for, else the newest run's; empty when there is none. */
  Optional<RouterModels> find() {
    if (models == null) {
      return newestRun().map(RouterModels::in);
    }
    String[] folders = models.split(",", 2);
    RouterModels first = RouterModels.in(Path.of(folders[0]));
    if (folders.length == 1) {
      return Optional.of(first);
    }
    Path reranker = Path.of(folders[1]);
    if (!Files.isDirectory(reranker)) {
      throw new DataException(reranker + ": expected a reranker's directory, got none");
    }
    return Optional.of(new RouterModels(first.embedding(), Optional.of(reranker)));
  }

  private static Optional<Path> newestRun() {
    if (!Files.isDirectory(RUNS)) {
      return Optional.empty();
    }
    try (Stream<Path> runs = Files.list(RUNS)) {
      return runs.filter(run -> Files.isRegularFile(weights(run)))
          .max(Comparator.comparing(ModelsOption::written));
    } catch (IOException failure) {
      throw new UncheckedIOException(RUNS + ": expected a readable folder", failure);
    }
  }

  private static Path weights(Path run) {
    return run.resolve(RouterModels.EMBEDDING).resolve("model.safetensors");
  }

  private static FileTime written(Path run) {
    try {
      return Files.getLastModifiedTime(weights(run));
    } catch (IOException failure) {
      throw new UncheckedIOException(weights(run) + ": expected a readable file", failure);
    }
  }
}
