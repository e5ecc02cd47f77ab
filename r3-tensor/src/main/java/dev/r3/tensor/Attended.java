package dev.r3.tensor;

/**
 * What attention leaves for its backward pass.
 *
 * @param output [queryTokens, heads * headSize]
 * @param logSumExp of the scaled scores of each query row and head, [queryTokens, heads]: the
 *     probabilities are recomputed from it rather than kept
 */
public record Attended(Tensor output, Tensor logSumExp) {
  /** Gradients of the three inputs, each in its input's shape. */
  public record InputGradients(Tensor query, Tensor key, Tensor value) {}
}
