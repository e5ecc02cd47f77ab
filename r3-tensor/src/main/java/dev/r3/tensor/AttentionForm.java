package dev.r3.tensor;

/**
 * The form of scaled dot-product attention (Vaswani et al. 2017): softmax(q kᵀ / √headSize) v.
 *
 * @param heads query heads
 * @param kvHeads key/value heads; query head h reads key/value head h / (heads / kvHeads)
 *     (grouped-query attention, Ainslie et al. 2023); equal to {@code heads} in BERT
 * @param headSize length of one head's vectors
 * @param causal whether a token sees only itself and earlier tokens. The queries of a sequence are
 *     then its last tokens: query row i of n sees the first {@code keys - n + i + 1} keys.
 */
public record AttentionForm(int heads, int kvHeads, int headSize, boolean causal) {
  public AttentionForm {
    if (heads < 1 || kvHeads < 1 || headSize < 1 || heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          "AttentionForm: expected heads a multiple of kvHeads and all sizes at least 1, got heads "
              + heads
              + ", kvHeads "
              + kvHeads
              + ", headSize "
              + headSize);
    }
  }

  /** Width of the query and output rows. */
  public int queryWidth() {
    return heads * headSize;
  }

  /** Width of the key and value rows. */
  public int keyWidth() {
    return kvHeads * headSize;
  }

  /** What the dot products are multiplied by. */
  public double scale() {
    return 1 / Math.sqrt(headSize);
  }
}
