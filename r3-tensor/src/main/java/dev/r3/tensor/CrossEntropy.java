package dev.r3.tensor;

/**
 * What softmax cross-entropy leaves for its backward pass.
 *
 * @param losses -Σ_j y_j log p_j of each row, in nats; [rows]
 * @param probabilities p = softmax(logits), [rows, columns]
 */
public record CrossEntropy(Tensor losses, Tensor probabilities) {}
