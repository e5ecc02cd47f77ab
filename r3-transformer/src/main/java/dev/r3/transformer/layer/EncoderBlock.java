package dev.r3.transformer.layer;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Sequences;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Dropout;
import dev.r3.tensor.op.Gather;
import dev.r3.transformer.checkpoint.Weights;

/**
 * One block of BERT: attention and feed-forward, each followed by dropout, the residual and a norm.
 *
 * @param dropout probability while training
 */
public record EncoderBlock(
    Attention attention,
    Norm attentionNorm,
    FeedForward feedForward,
    Norm outputNorm,
    double dropout) {

  /** What all blocks of an encoder share. */
  public record Sizes(int hidden, int heads, int intermediate, double epsilon, double dropout) {}

  /** The block stored under {@code name}, for instance {@code encoder.layer.0}. */
  public static EncoderBlock load(Weights weights, String name, Sizes sizes) {
    return new EncoderBlock(
        Attention.load(weights, name + ".attention", sizes.hidden(), sizes.heads()),
        Norm.load(weights, name + ".attention.output.LayerNorm", sizes.hidden(), sizes.epsilon()),
        FeedForward.load(weights, name, sizes.hidden(), sizes.intermediate()),
        Norm.load(weights, name + ".output.LayerNorm", sizes.hidden(), sizes.epsilon()),
        sizes.dropout());
  }

  /** x [tokens, hidden] -> [tokens, hidden]; post-norm. */
  public Tensor apply(Pass pass, Tensor x, Sequences sequences) {
    return apply(pass, x, sequences, x, sequences);
  }

  /**
   * One token of each sequence, the others are only seen: x [tokens, hidden] -> [sequences,
   * hidden].
   *
   * @param rows of x, [sequences]
   */
  public Tensor applyToOneEach(Pass pass, Tensor x, Sequences sequences, int[] rows) {
    Tensor chosen = Gather.apply(pass, x, rows); // [sequences, hidden]
    return apply(pass, chosen, Sequences.ofOneEach(rows.length), x, sequences);
  }

  private Tensor apply(Pass pass, Tensor rows, Sequences chosen, Tensor x, Sequences sequences) {
    Tensor context =
        Dropout.apply(pass, attention.apply(pass, rows, chosen, x, sequences), dropout);
    Tensor attended = attentionNorm.ofSum(pass, context, rows);
    Tensor transformed = Dropout.apply(pass, feedForward.apply(pass, attended), dropout);
    return outputNorm.ofSum(pass, transformed, attended);
  }
}
