package dev.r3.tensor.op;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/** y = a * b elementwise, of one shape. */
public final class Multiply {
  private Multiply() {}

  public static Tensor apply(Pass pass, Tensor a, Tensor b) {
    Require.sameShape("Multiply", a, b);
    return pass.record(
        pass.backend().multiply(a, b),
        List.of(a, b),
        (gradOutput, gradients) -> {
          gradients.add(a, () -> pass.backend().multiply(gradOutput, b));
          gradients.add(b, () -> pass.backend().multiply(gradOutput, a));
        });
  }
}
