package dev.r3.transformer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What sentence-transformers does after the encoder, as modules.json lists it. Modules are told by
 * the last part of their class names: where the classes live differs between its versions.
 *
 * @param pooling of an embedding model; empty where the checkpoint does not say
 * @param answers of a reranker that is a language model; empty where the checkpoint does not say
 */
public record SentenceModules(Optional<Pooling> pooling, Optional<AnswerTokens> answers) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String POOLING_FOLDER = "1_Pooling";
  private static final List<String> SUPPORTED =
      List.of("Transformer", "Pooling", "Normalize", "LogitScore");

  /**
   * Whose logits are a reranker's score.
   *
   * @param yes token of a fit
   * @param no token whose logit is taken off, if one is
   */
  public record AnswerTokens(int yes, OptionalInt no) {}

  /** A checkpoint that does not say. */
  public static SentenceModules none() {
    return new SentenceModules(Optional.empty(), Optional.empty());
  }

  /** An embedding model. */
  public static SentenceModules pooledBy(Pooling pooling) {
    return new SentenceModules(Optional.of(pooling), Optional.empty());
  }

  /**
   * Reads modules.json and the folders it names; without it, 1_Pooling alone if that is there.
   *
   * @throws DataException for a module that is not supported, or a malformed file
   */
  public static SentenceModules read(Path folder) {
    Path file = folder.resolve("modules.json");
    if (!Files.exists(file)) {
      Path pooling = folder.resolve(POOLING_FOLDER).resolve("config.json");
      return Files.exists(pooling) ? pooledBy(pooling(ConfigFile.read(pooling))) : none();
    }
    SentenceModules modules = none();
    for (JsonNode entry : list(file)) {
      String type = entry.path("type").asText();
      switch (type.substring(type.lastIndexOf('.') + 1)) {
        case "Transformer", "Normalize" -> {}
        case "Pooling" ->
            modules =
                new SentenceModules(Optional.of(pooling(config(file, entry))), modules.answers);
        case "LogitScore" ->
            modules =
                new SentenceModules(modules.pooling, Optional.of(answers(config(file, entry))));
        default ->
            throw new DataException(
                file + ": expected modules of " + SUPPORTED + ", got \"" + type + "\"");
      }
    }
    return modules;
  }

  private static JsonNode list(Path file) {
    try {
      JsonNode list = JSON.readTree(Files.readAllBytes(file));
      if (!list.isArray()) {
        throw new DataException(file + ": expected a JSON list, got " + list.getNodeType());
      }
      return list;
    } catch (JsonProcessingException malformed) {
      throw new DataException(file + ": expected JSON, got " + malformed.getOriginalMessage());
    } catch (IOException failure) {
      throw new DataException(file + ": expected a readable file, got " + failure, failure);
    }
  }

  private static ConfigFile config(Path file, JsonNode entry) {
    String path = entry.path("path").asText();
    if (!path.matches("[A-Za-z0-9_-]+")) { // a checkpoint must not make us read files elsewhere
      throw new DataException(
          file + ": expected the name of a folder in \"path\", got " + entry.path("path"));
    }
    return ConfigFile.read(file.resolveSibling(path).resolve("config.json"));
  }

  /** Old files have a flag for each mode; newer ones name it, alone or in a list. */
  private static Pooling pooling(ConfigFile config) {
    List<String> modes =
        config.fields().path("pooling_mode").isArray()
            ? config.texts("pooling_mode")
            : List.of(config.text("pooling_mode", oldMode(config)));
    return switch (String.join("+", modes)) {
      case "mean" -> Pooling.MEAN;
      case "lasttoken" -> Pooling.LAST;
      case "cls" -> Pooling.CLS;
      default -> throw config.error("expected mean, cls or lasttoken pooling, got another mode");
    };
  }

  private static String oldMode(ConfigFile config) {
    if (config.flag("pooling_mode_mean_tokens", false)) {
      return "mean";
    }
    if (config.flag("pooling_mode_lasttoken", false)) {
      return "lasttoken";
    }
    return config.flag("pooling_mode_cls_token", false) ? "cls" : "";
  }

  private static AnswerTokens answers(ConfigFile config) {
    return new AnswerTokens(
        config
            .index("true_token_id")
            .orElseThrow(
                () -> config.error("expected a token id in \"true_token_id\", got nothing")),
        config.index("false_token_id"));
  }
}
