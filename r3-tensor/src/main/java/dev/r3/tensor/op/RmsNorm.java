package dev.r3.tensor.op;

import dev.r3.tensor.Normalized;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/**
 * Root-mean-square normalisation over the last axis: y = x / √(mean(x²) + epsilon) * gain (Zhang,
 * Sennrich 2019).
 *
 * <p>x [rows, hidden], gain [hidden] -> y [rows, hidden]. For a norm per attention head, reshape x
 * to [tokens * heads, headSize].
 */
public final class RmsNorm {
  private RmsNorm() {}

  public static Tensor apply(Pass pass, Tensor x, Tensor gain, double epsilon) {
    Require.columns("RmsNorm", "input", x, gain.size());
    Require.shape("RmsNorm", "gain", gain, gain.size());
    Normalized forward = pass.backend().rmsNorm(x, gain, epsilon);
    return pass.record(
        forward.output(),
        List.of(x, gain),
        (gradOutput, gradients) -> {
          List<Tensor> parts = pass.backend().rmsNormBackward(gradOutput, x, gain, forward);
          gradients.add(x, parts.get(0));
          gradients.add(gain, parts.get(1));
        });
  }
}
