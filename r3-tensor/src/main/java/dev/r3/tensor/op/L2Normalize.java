package dev.r3.tensor.op;

import dev.r3.tensor.Normalized;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/** Rows of unit length: y = x / max(‖x‖, 1e-12) over the last axis, so that dots are cosines. */
public final class L2Normalize {
  private static final double EPSILON = 1e-12; // as torch.nn.functional.normalize

  private L2Normalize() {}

  public static Tensor apply(Pass pass, Tensor x) {
    Require.matrix("L2Normalize", "input", x);
    Normalized forward = pass.backend().l2Normalize(x, EPSILON);
    return pass.record(
        forward.output(),
        List.of(x),
        (gradOutput, gradients) ->
            gradients.add(x, () -> pass.backend().l2NormalizeBackward(gradOutput, forward)));
  }
}
