package dev.r3.tensor.op;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/** y = activation(x) elementwise; see {@link Activation} for the formulas. */
public final class Activate {
  private Activate() {}

  public static Tensor apply(Pass pass, Activation activation, Tensor x) {
    if (activation == Activation.IDENTITY) {
      return x;
    }
    return pass.record(
        pass.backend().activate(activation, x),
        List.of(x),
        (gradOutput, gradients) ->
            gradients.add(x, () -> pass.backend().activateBackward(activation, gradOutput, x)));
  }
}
