package dev.r3.tensor.op;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/** y = a - b, of one shape. */
public final class Subtract {
  private Subtract() {}

  public static Tensor apply(Pass pass, Tensor a, Tensor b) {
    Require.sameShape("Subtract", a, b);
    return pass.record(
        pass.backend().subtract(a, b),
        List.of(a, b),
        (gradOutput, gradients) -> {
          gradients.add(a, gradOutput);
          gradients.add(b, () -> pass.backend().scale(gradOutput, -1));
        });
  }
}
