package dev.r3.tensor.op;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/**
 * log Σ_j e^x_j of each row, without overflow: x [rows, columns] -> [rows]. Its slope is softmax.
 */
public final class LogSumExp {
  private LogSumExp() {}

  public static Tensor apply(Pass pass, Tensor x) {
    Require.matrix("LogSumExp", "input", x);
    return pass.record(
        pass.backend().logSumExp(x),
        List.of(x),
        (gradOutput, gradients) -> // gradOutput [rows]
        gradients.add(x, () -> pass.backend().scaleRows(pass.backend().softmax(x), gradOutput)));
  }
}
