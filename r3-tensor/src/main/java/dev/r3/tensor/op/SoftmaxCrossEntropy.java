package dev.r3.tensor.op;

import dev.r3.tensor.CrossEntropy;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/**
 * -Σ_j y_j log p_j of each row with p = softmax(logits), in nats.
 *
 * <p>logits [rows, columns] with gradient, targets y [rows, columns] without -> [rows]. The
 * gradient is p Σ y - y, which is p - y for a distribution. Mask a column with {@link Mask} and
 * target 0.
 */
public final class SoftmaxCrossEntropy {
  private SoftmaxCrossEntropy() {}

  public static Tensor apply(Pass pass, Tensor logits, Tensor targets) {
    Require.matrix("SoftmaxCrossEntropy", "logits", logits);
    Require.sameShape("SoftmaxCrossEntropy", logits, targets);
    CrossEntropy forward = pass.backend().softmaxCrossEntropy(logits, targets);
    return pass.record(
        forward.losses(),
        List.of(logits),
        (gradOutput, gradients) -> // gradOutput [rows]
        gradients.add(
                logits,
                () -> pass.backend().softmaxCrossEntropyBackward(gradOutput, targets, forward)));
  }
}
