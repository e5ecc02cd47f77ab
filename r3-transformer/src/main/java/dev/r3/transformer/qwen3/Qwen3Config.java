package dev.r3.transformer.qwen3;

import dev.r3.tensor.AttentionForm;
import dev.r3.transformer.checkpoint.ConfigFile;
import java.util.Optional;

/**
 * The sizes of a Qwen3 decoder, as config.json names them.
 *
 * @param attention {@code num_attention_heads}, {@code num_key_value_heads}, {@code head_dim}
 * @param maxTokens {@code max_position_embeddings}
 * @param epsilon {@code rms_norm_eps}
 * @param theta {@code rope_theta}, in newer files inside {@code rope_parameters}
 * @param tiedEmbeddings {@code tie_word_embeddings}: the output layer is the token embedding
 */
public record Qwen3Config(
    int vocabularySize,
    int hiddenSize,
    int layers,
    AttentionForm attention,
    int intermediateSize,
    int maxTokens,
    double epsilon,
    double theta,
    boolean tiedEmbeddings) {

  // What transformers takes where config.json says nothing.
  private static final int HEAD_SIZE = 128;
  private static final double EPSILON = 1e-6;
  private static final double THETA = 10_000;

  private static final String FULL_ATTENTION = "full_attention";

  /**
   * @throws dev.r3.tensor.io.DataException when a field is missing, or says something that this
   *     implementation does not compute (biases, stretched positions, a sliding window)
   */
  public static Qwen3Config read(ConfigFile config) {
    config.requireTextIfPresent("hidden_act", "silu");
    requireOff(config, "attention_bias");
    requireOff(config, "use_sliding_window");
    for (String kind : config.texts("layer_types")) {
      if (!kind.equals(FULL_ATTENTION)) {
        throw config.error("expected \"layer_types\" of " + FULL_ATTENTION + " alone, got " + kind);
      }
    }
    return new Qwen3Config(
        config.positive("vocab_size"),
        config.positive("hidden_size"),
        config.positive("num_hidden_layers"),
        attention(config),
        config.positive("intermediate_size"),
        config.positive("max_position_embeddings"),
        config.number("rms_norm_eps", EPSILON),
        theta(config),
        config.flag("tie_word_embeddings", false));
  }

  private static void requireOff(ConfigFile config, String field) {
    if (config.flag(field, false)) {
      throw config.error("expected \"" + field + "\": false, got true");
    }
  }

  private static AttentionForm attention(ConfigFile config) {
    int heads = config.positive("num_attention_heads");
    int kvHeads = config.optionalPositive("num_key_value_heads").orElse(heads);
    int headSize = config.optionalPositive("head_dim").orElse(HEAD_SIZE);
    if (heads % kvHeads != 0 || headSize % 2 != 0) {
      throw config.error(
          "expected num_attention_heads a multiple of num_key_value_heads and an even head_dim, got "
              + heads
              + ", "
              + kvHeads
              + " and "
              + headSize);
    }
    return new AttentionForm(heads, kvHeads, headSize, true);
  }

  private static double theta(ConfigFile config) {
    config.object("rope_scaling").ifPresent(Qwen3Config::requirePlainPositions);
    Optional<ConfigFile> parameters = config.object("rope_parameters");
    parameters.ifPresent(Qwen3Config::requirePlainPositions);
    double topLevel = config.number("rope_theta", THETA);
    return parameters.map(file -> file.number("rope_theta", topLevel)).orElse(topLevel);
  }

  private static void requirePlainPositions(ConfigFile rope) {
    rope.requireTextIfPresent("rope_type", "default");
    rope.requireTextIfPresent("type", "default");
  }
}
