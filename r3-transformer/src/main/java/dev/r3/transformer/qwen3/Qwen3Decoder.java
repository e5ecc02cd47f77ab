package dev.r3.transformer.qwen3;

import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Sequences;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Gather;
import dev.r3.transformer.Encoder;
import dev.r3.transformer.TokenBatch;
import dev.r3.transformer.checkpoint.Weights;
import dev.r3.transformer.layer.DecoderBlock;
import dev.r3.transformer.layer.KeyValues;
import dev.r3.transformer.layer.Placement;
import dev.r3.transformer.layer.RootMeanSquareNorm;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Qwen3 (Qwen Team 2025) without its output layer: token embeddings, pre-norm blocks, a norm. */
public final class Qwen3Decoder implements Encoder {
  private final Qwen3Config config;
  private final Parameter words; // [vocabulary, hidden]
  private final List<DecoderBlock> blocks;
  private final RootMeanSquareNorm norm;
  private final List<Parameter> parameters;

  /**
   * What the decoder computed of a text that comes before others: the keys and values of its
   * tokens, layer by layer. They live as long as the pass that made them.
   *
   * @param tokens of the text
   */
  public record Prefix(int tokens, List<KeyValues> layers) {}

  /** Takes its parameters from {@code weights}, by the names of Hugging Face's Qwen3Model. */
  public Qwen3Decoder(Qwen3Config config, Weights weights) {
    int first = weights.taken().size();
    int hidden = config.hiddenSize();
    this.config = config;
    words = weights.take("embed_tokens.weight", config.vocabularySize(), hidden);
    DecoderBlock.Sizes sizes =
        new DecoderBlock.Sizes(
            hidden,
            config.attention(),
            config.intermediateSize(),
            config.epsilon(),
            config.theta());
    List<DecoderBlock> loaded = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      loaded.add(DecoderBlock.load(weights, "layers." + layer, sizes));
    }
    blocks = List.copyOf(loaded);
    norm = RootMeanSquareNorm.load(weights, "norm", hidden, config.epsilon());
    parameters = List.copyOf(weights.taken().subList(first, weights.taken().size()));
  }

  @Override
  public Tensor forward(Pass pass, TokenBatch batch) {
    return forward(pass, batch, Placement.of(batch.sequences()), null, false);
  }

  @Override
  public Tensor pooled(Pass pass, TokenBatch batch, Pooling pooling) {
    return pooling == Pooling.LAST
        ? forward(pass, batch, Placement.of(batch.sequences()), null, true)
        : Encoder.super.pooled(pass, batch, pooling);
  }

  /** The hidden states of several continuations of one text, [tokens of batch, hiddenSize]. */
  public Tensor forward(Pass pass, Prefix prefix, TokenBatch continuations) {
    Placement placement = Placement.after(prefix.tokens(), continuations.sequences());
    return forward(pass, continuations, placement, prefix, false);
  }

  /** Of each continuation of one text the hidden state of its last token, [texts, hiddenSize]. */
  public Tensor last(Pass pass, Prefix prefix, TokenBatch continuations) {
    Placement placement = Placement.after(prefix.tokens(), continuations.sequences());
    return forward(pass, continuations, placement, prefix, true);
  }

  private Tensor forward(
      Pass pass, TokenBatch batch, Placement placement, @Nullable Prefix prefix, boolean lastOnly) {
    requireRoom(placement.keys());
    Tensor x = Gather.apply(pass, pass.use(words), batch.ids()); // [tokens, hidden]
    for (int i = 0; i < blocks.size(); i++) {
      DecoderBlock block = blocks.get(i);
      KeyValues before = prefix == null ? null : prefix.layers().get(i);
      boolean toLast = lastOnly && i == blocks.size() - 1;
      Tensor input = x;
      x =
          pass.scoped(
              inner ->
                  toLast
                      ? block.applyToLast(inner, input, placement, before) // [texts, hidden]
                      : block.apply(inner, input, placement, before)); // [tokens, hidden]
    }
    return norm.apply(pass, x);
  }

  /**
   * Computes once what all continuations of a text share.
   *
   * @param ids of at least one token
   */
  public Prefix prefix(Pass pass, int[] ids) {
    Sequences text = Sequences.ofLengths(ids.length);
    requireRoom(text);
    Placement placement = Placement.of(text);
    List<KeyValues> layers = new ArrayList<>();
    Tensor x = Gather.apply(pass, pass.use(words), ids);
    for (int i = 0; i < blocks.size(); i++) {
      DecoderBlock block = blocks.get(i);
      Tensor input = x;
      KeyValues own = block.keyValues(pass, input, placement);
      layers.add(own);
      if (i + 1 < blocks.size()) { // nothing reads what the last block would say
        x = pass.scoped(inner -> block.applyWith(inner, input, own, placement));
      }
    }
    return new Prefix(ids.length, List.copyOf(layers));
  }

  private void requireRoom(Sequences texts) {
    if (texts.maxLength() > config.maxTokens()) {
      throw new IllegalArgumentException(
          "Qwen3Decoder: expected texts of at most "
              + config.maxTokens()
              + " tokens, got "
              + texts.maxLength()
              + "; truncate when tokenising");
    }
  }

  /** The token embedding, [vocabulary, hiddenSize]: the output layer too where they are tied. */
  Parameter words() {
    return words;
  }

  Qwen3Config config() {
    return config;
  }

  @Override
  public int hiddenSize() {
    return config.hiddenSize();
  }

  @Override
  public int maxTokens() {
    return config.maxTokens();
  }

  @Override
  public List<Parameter> parameters() {
    return parameters;
  }
}
