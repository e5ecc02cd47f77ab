package dev.r3.tensor.op;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/** y = factor * x. */
public final class Scale {
  private Scale() {}

  public static Tensor apply(Pass pass, Tensor x, double factor) {
    return pass.record(
        pass.backend().scale(x, factor),
        List.of(x),
        (gradOutput, gradients) ->
            gradients.add(x, () -> pass.backend().scale(gradOutput, factor)));
  }
}
