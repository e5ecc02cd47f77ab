package dev.r3.tensor.op;

import dev.r3.tensor.Attended;
import dev.r3.tensor.AttentionForm;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Sequences;
import dev.r3.tensor.Tensor;
import java.util.List;

/**
 * Scaled dot-product attention inside each sequence of a packed batch: softmax(q kᵀ / √headSize) v
 * per head (Vaswani et al. 2017). No mask and no padding: a sequence sees only its own rows.
 *
 * <p>query [tokens, heads * headSize], key and value [tokens, kvHeads * headSize] -> [tokens, heads
 * * headSize].
 */
public final class SelfAttention {
  private SelfAttention() {}

  public static Tensor apply(
      Pass pass,
      Tensor query,
      Tensor key,
      Tensor value,
      AttentionForm form,
      Sequences queries,
      Sequences keys) {
    Require.shape("SelfAttention", "query", query, queries.tokens(), form.queryWidth());
    Require.shape("SelfAttention", "key", key, keys.tokens(), form.keyWidth());
    Require.shape("SelfAttention", "value", value, keys.tokens(), form.keyWidth());
    if (queries.count() != keys.count()) {
      throw new IllegalArgumentException(
          "SelfAttention: expected as many key sequences as query sequences, got "
              + keys.count()
              + " and "
              + queries.count());
    }
    if (form.causal()) {
      for (int i = 0; i < keys.count(); i++) {
        if (keys.length(i) < queries.length(i)) {
          throw new IllegalArgumentException(
              "SelfAttention: expected at least as many keys as queries in causal sequence "
                  + i
                  + ", got "
                  + keys.length(i)
                  + " keys and "
                  + queries.length(i)
                  + " queries");
        }
      }
    }
    Attended forward = pass.backend().attention(query, key, value, form, queries, keys);
    return pass.record(
        forward.output(),
        List.of(query, key, value),
        (gradOutput, gradients) -> {
          Attended.InputGradients parts =
              pass.backend()
                  .attentionBackward(gradOutput, query, key, value, forward, form, queries, keys);
          gradients.add(query, parts.query());
          gradients.add(key, parts.key());
          gradients.add(value, parts.value());
        });
  }
}
