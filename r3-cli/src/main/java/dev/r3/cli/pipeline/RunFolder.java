package dev.r3.cli.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.r3.retrieve.route.RouterModels;
import dev.r3.tensor.io.AtomicFiles;
import dev.r3.train.trainer.CheckpointWriter;
import dev.r3.train.trainer.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Where a run keeps what it makes: models as Hugging Face directories, metrics.jsonl, results.json,
 * report.html.
 */
public record RunFolder(Path path) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String STATE_FILE = "training-state.safetensors";

  /**
   * Makes the folder and proves that it can be written, before hours of work are put into it.
   *
   * @throws UncheckedIOException with the path when it cannot
   */
  public static RunFolder create(Path path) {
    try {
      Files.createDirectories(path);
      Files.delete(Files.createTempFile(path, ".writable", null));
    } catch (IOException failure) {
      throw new UncheckedIOException(path + ": expected a writable folder for the run", failure);
    }
    return new RunFolder(path);
  }

  public Path embedding() {
    return path.resolve(RouterModels.EMBEDDING);
  }

  public Path reranker() {
    return path.resolve(RouterModels.RERANKER);
  }

  /** The comparison that takes rejected skills for plain negatives. */
  public Path rerankerWithoutPushAway() {
    return path.resolve("reranker-no-push-away");
  }

  /** Every event of every training of the run, a line each. */
  public Path metrics() {
    return path.resolve("metrics.jsonl");
  }

  public Path results() {
    return path.resolve("results.json");
  }

  public Path config() {
    return path.resolve("config.json");
  }

  public Path report() {
    return path.resolve("report.html");
  }

  /** The skills that the run searches, with their embeddings cached beside them. */
  public Path skills() {
    return path.resolve("skills.jsonl");
  }

  /** One line of a JSONL file. */
  static String jsonLine(Object value) {
    try {
      return JSON.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
    } catch (JsonProcessingException failure) {
      throw new IllegalArgumentException("RunFolder: expected a JSON value, got " + value, failure);
    }
  }

  /** Writes a record as indented JSON, replacing the file as a whole. */
  public static void writeJson(Path file, Object value) {
    AtomicFiles.write(file, out -> out.write(JSON.writeValueAsBytes(value)));
  }

  /**
   * Keeps a model's checkpoints in {@code folder}.
   *
   * @param save writes the model as it is now into a folder
   */
  static CheckpointWriter checkpoints(Path folder, Consumer<Path> save) {
    return new CheckpointWriter() {
      @Override
      public Path writeModel(long step) {
        save.accept(folder);
        return folder;
      }

      @Override
      public Path writeState(TrainingState state) {
        Path file = folder.resolve(STATE_FILE);
        state.save(file);
        return file;
      }
    };
  }

  /** Where {@link #checkpoints} keeps what a resume needs. */
  static Path state(Path modelFolder) {
    return modelFolder.resolve(STATE_FILE);
  }
}
