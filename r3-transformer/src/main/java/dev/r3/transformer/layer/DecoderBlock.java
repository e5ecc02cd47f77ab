package dev.r3.transformer.layer;

import dev.r3.tensor.AttentionForm;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Add;
import dev.r3.tensor.op.Gather;
import dev.r3.transformer.checkpoint.Weights;
import org.jspecify.annotations.Nullable;

/** One block of Qwen3: a norm before attention and before the feed-forward, residuals around. */
public record DecoderBlock(
    RootMeanSquareNorm attentionNorm,
    CausalAttention attention,
    RootMeanSquareNorm feedForwardNorm,
    GatedFeedForward feedForward) {

  /**
   * What all blocks of a decoder share.
   *
   * @param theta base of the rotary angles
   */
  public record Sizes(
      int hidden, AttentionForm attention, int intermediate, double epsilon, double theta) {}

  /** The block stored under {@code name}, for instance {@code layers.0}. */
  public static DecoderBlock load(Weights weights, String name, Sizes sizes) {
    return new DecoderBlock(
        RootMeanSquareNorm.load(
            weights, name + ".input_layernorm", sizes.hidden(), sizes.epsilon()),
        CausalAttention.load(weights, name + ".self_attn", sizes),
        RootMeanSquareNorm.load(
            weights, name + ".post_attention_layernorm", sizes.hidden(), sizes.epsilon()),
        GatedFeedForward.load(weights, name + ".mlp", sizes.hidden(), sizes.intermediate()));
  }

  /**
   * x [tokens, hidden] -> [tokens, hidden].
   *
   * @param prefix what this block computed of a text that comes before every sequence, or none
   */
  public Tensor apply(Pass pass, Tensor x, Placement placement, @Nullable KeyValues prefix) {
    Tensor normed = attentionNorm.apply(pass, x);
    return afterNorm(pass, x, normed, seen(pass, normed, placement, prefix), placement);
  }

  /** The last token of each sequence alone: x [tokens, hidden] -> [sequences, hidden]. */
  public Tensor applyToLast(Pass pass, Tensor x, Placement placement, @Nullable KeyValues prefix) {
    Tensor normed = attentionNorm.apply(pass, x);
    KeyValues seen = seen(pass, normed, placement, prefix);
    int[] rows = placement.tokens().lastRows();
    Tensor last = Gather.apply(pass, x, rows); // [sequences, hidden]
    return afterNorm(pass, last, Gather.apply(pass, normed, rows), seen, placement.ofLast());
  }

  private KeyValues seen(
      Pass pass, Tensor normed, Placement placement, @Nullable KeyValues prefix) {
    KeyValues own = new KeyValues(keys(pass, normed, placement), values(pass, normed));
    int[] rows = placement.keyRows();
    return prefix == null || rows == null ? own : prefix.before(pass, own, rows);
  }

  /** The keys and values of x [tokens, hidden], which stay when the block is done. */
  public KeyValues keyValues(Pass pass, Tensor x, Placement placement) {
    return new KeyValues(
        pass.scoped(inner -> keys(inner, attentionNorm.apply(inner, x), placement)),
        pass.scoped(inner -> values(inner, attentionNorm.apply(inner, x))));
  }

  /** {@link #apply} with keys and values that {@link #keyValues} has computed. */
  public Tensor applyWith(Pass pass, Tensor x, KeyValues seen, Placement placement) {
    return afterNorm(pass, x, attentionNorm.apply(pass, x), seen, placement);
  }

  private Tensor keys(Pass pass, Tensor normed, Placement placement) {
    return attention.key().apply(pass, normed, placement.positions());
  }

  private Tensor values(Pass pass, Tensor normed) {
    return attention.value().apply(pass, normed);
  }

  private Tensor afterNorm(
      Pass pass, Tensor x, Tensor normed, KeyValues seen, Placement placement) {
    Tensor attended = Add.apply(pass, x, attention.apply(pass, normed, seen, placement));
    Tensor transformed = feedForward.apply(pass, feedForwardNorm.apply(pass, attended));
    return Add.apply(pass, attended, transformed);
  }
}
