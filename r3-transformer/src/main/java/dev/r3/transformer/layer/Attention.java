package dev.r3.transformer.layer;

import dev.r3.tensor.AttentionForm;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Sequences;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.SelfAttention;
import dev.r3.transformer.checkpoint.Weights;

/** Multi-head self-attention (Vaswani et al. 2017) with its output projection, as in BERT. */
public record Attention(Dense query, Dense key, Dense value, Dense output, AttentionForm form) {

  /** The layer stored under {@code name}: self.query, self.key, self.value, output.dense. */
  public static Attention load(Weights weights, String name, int hidden, int heads) {
    return new Attention(
        Dense.load(weights, name + ".self.query", hidden, hidden),
        Dense.load(weights, name + ".self.key", hidden, hidden),
        Dense.load(weights, name + ".self.value", hidden, hidden),
        Dense.load(weights, name + ".output.dense", hidden, hidden),
        new AttentionForm(heads, heads, hidden / heads, false));
  }

  /**
   * What rows of each sequence see in it: rows [count, hidden] -> [count, hidden].
   *
   * @param chosen which rows belong to which sequence
   * @param x all tokens, [tokens, hidden]
   */
  public Tensor apply(Pass pass, Tensor rows, Sequences chosen, Tensor x, Sequences sequences) {
    Tensor context =
        SelfAttention.apply(
            pass,
            query.apply(pass, rows),
            key.apply(pass, x),
            value.apply(pass, x),
            form,
            chosen,
            sequences);
    return output.apply(pass, context);
  }
}
