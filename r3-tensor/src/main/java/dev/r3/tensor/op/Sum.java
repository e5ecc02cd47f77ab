package dev.r3.tensor.op;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/** The sum of all elements: any shape -> []. */
public final class Sum {
  private Sum() {}

  public static Tensor apply(Pass pass, Tensor x) {
    return pass.record(
        pass.backend().sum(x),
        List.of(x),
        (gradOutput, gradients) ->
            gradients.add(x, () -> pass.backend().broadcast(gradOutput, x.shape())));
  }
}
