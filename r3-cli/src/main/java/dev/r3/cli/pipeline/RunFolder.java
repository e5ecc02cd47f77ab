package dev.r3.cli.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.r3.retrieve.route.RouterModels;
import dev.r3.tensor.io.AtomicFiles;
import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a run keeps what it makes: models as Hugging Face directories, metrics.jsonl, results.json,
 * report.html. While trainings go on, and after an interrupt, {@code state/} holds what a resume
 * needs.
 */
public record RunFolder(Path path) {
  /** The names of the trainings, and of the folders of their models. */
  public static final String EMBEDDING = RouterModels.EMBEDDING;

  public static final String RERANKER = RouterModels.RERANKER;

  /** The comparison that takes rejected skills for plain negatives. */
  public static final String NO_PUSH_AWAY = "reranker-no-push-away";

  /** The embedder that judges one of so many folds of the train skills; counted from 0. */
  static String fold(int fold, int count) {
    return "embedding-fold-%d-of-%d".formatted(fold + 1, count);
  }

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /**
   * Makes the folder and proves that it can be written.
   *
   * @throws UncheckedIOException with the path when it cannot
   */
  public static RunFolder create(Path path) {
    Writable.requireFolder(path);
    return new RunFolder(path);
  }

  /** Where the model of a training goes. */
  public Path model(String training) {
    return path.resolve(training);
  }

  public Path embedding() {
    return model(EMBEDDING);
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

  // ---- trainings that are not over

  /**
   * Proves that a training can write all that it will, before it begins.
   *
   * @throws UncheckedIOException with the path when it cannot
   */
  void requireWritable(String training) {
    Writable.requireFile(metrics());
    Writable.requireFolder(states());
    if (Files.exists(model(training))) {
      Writable.requireFolder(model(training));
    }
  }

  Path states() {
    return path.resolve("state");
  }

  /** What an interrupted training goes on from. */
  Path state(String training) {
    return stateFile(training, "safetensors");
  }

  Path stateFile(String training, String suffix) {
    return states().resolve(training + "." + suffix);
  }

  /** Deletes what a training kept to go on from. */
  void clearState(String training) {
    if (!Files.isDirectory(states())) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(states(), training + ".*")) {
      for (Path file : files) {
        Files.delete(file);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(states() + ": expected to clear it, got " + failure, failure);
    }
  }

  /** Marks the run as one whose trainings are over; it stays unfinished if one still waits. */
  public void finish() {
    try {
      Files.deleteIfExists(states());
    } catch (DirectoryNotEmptyException waiting) {
      return;
    } catch (IOException failure) {
      throw new UncheckedIOException(states() + ": expected to delete it, got " + failure, failure);
    }
  }

  /** Whether the folder holds an embedding model, and no training that goes on or waits. */
  public boolean isFinished() {
    return Files.isRegularFile(embedding().resolve("model.safetensors")) && !Files.exists(states());
  }

  // ---- JSON, names in snake_case

  /** One line of a JSONL file. */
  static String jsonLine(Object value) {
    try {
      return JSON.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
    } catch (JsonProcessingException failure) {
      throw new IllegalArgumentException("RunFolder: expected a JSON value, got " + value, failure);
    }
  }

  /** Writes a value as indented JSON, replacing the file as a whole. */
  public static void writeJson(Path file, Object value) {
    AtomicFiles.write(file, out -> out.write(JSON.writeValueAsBytes(value)));
  }

  static <T> T readJson(Path file, TypeReference<T> type) {
    return read(file, bytes -> JSON.readValue(bytes, type));
  }

  static JsonNode readTree(Path file) {
    return read(file, JSON::readTree);
  }

  /** A value as a file would give it back. */
  static JsonNode tree(Object value) {
    try {
      return JSON.readTree(jsonLine(value));
    } catch (JsonProcessingException failure) {
      throw new IllegalArgumentException("RunFolder: expected a JSON value, got " + value, failure);
    }
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  private interface Parser<T> {
    T parse(byte[] bytes) throws IOException;
  }

  private static <T> T read(Path file, Parser<T> parser) {
    try {
      return parser.parse(Files.readAllBytes(file));
    } catch (JsonProcessingException failure) {
      throw new DataException(
          file + ": expected JSON as R3 wrote it, got " + failure.getOriginalMessage(), failure);
    } catch (IOException failure) {
      throw new UncheckedIOException(file + ": expected to read it, got " + failure, failure);
    }
  }
}
