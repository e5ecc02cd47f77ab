package dev.r3.transformer.bert;

import dev.r3.transformer.checkpoint.ConfigFile;

/**
 * The sizes of a BERT encoder, as config.json names them.
 *
 * @param maxTokens {@code max_position_embeddings}
 * @param typeVocabularySize {@code type_vocab_size}: segments a token can belong to
 * @param epsilon {@code layer_norm_eps}
 * @param dropout {@code hidden_dropout_prob}, while training
 */
public record BertConfig(
    int vocabularySize,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    int maxTokens,
    int typeVocabularySize,
    double epsilon,
    double dropout) {

  /**
   * @throws dev.r3.tensor.io.DataException when a field is missing, or says something that this
   *     implementation does not compute (another activation, relative positions)
   */
  public static BertConfig read(ConfigFile config) {
    config.requireText("hidden_act", "gelu");
    config.requireTextIfPresent("position_embedding_type", "absolute");
    int hidden = config.positive("hidden_size");
    int heads = config.positive("num_attention_heads");
    if (hidden % heads != 0) {
      throw config.error(
          "expected hidden_size a multiple of num_attention_heads, got "
              + hidden
              + " and "
              + heads);
    }
    return new BertConfig(
        config.positive("vocab_size"),
        hidden,
        config.positive("num_hidden_layers"),
        heads,
        config.positive("intermediate_size"),
        config.positive("max_position_embeddings"),
        config.positive("type_vocab_size"),
        config.number("layer_norm_eps", 1e-12),
        config.number("hidden_dropout_prob", 0));
  }

  /** The same model with another dropout probability for training. */
  public BertConfig withDropout(double probability) {
    return new BertConfig(
        vocabularySize,
        hiddenSize,
        layers,
        heads,
        intermediateSize,
        maxTokens,
        typeVocabularySize,
        epsilon,
        probability);
  }
}
