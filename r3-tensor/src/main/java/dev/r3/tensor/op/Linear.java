package dev.r3.tensor.op;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * y = x weightᵀ + bias, and optionally an activation of it.
 *
 * <p>x [rows, in], weight [out, in] (as checkpoints store it), bias [out] or null -> [rows, out].
 */
public final class Linear {
  private Linear() {}

  public static Tensor apply(Pass pass, Tensor x, Tensor weight, @Nullable Tensor bias) {
    requireShapes(x, weight, bias);
    return pass.record(
        pass.backend().linear(x, weight, bias, Activation.IDENTITY),
        inputs(x, weight, bias),
        (gradOutput, gradients) -> { // gradOutput [rows, out]
          gradients.add(x, () -> pass.backend().matMul(gradOutput, false, weight, false));
          gradients.add(weight, () -> pass.backend().matMul(gradOutput, true, x, false));
          if (bias != null) {
            gradients.add(bias, () -> pass.backend().sumRows(gradOutput));
          }
        });
  }

  /** The same followed by an activation, in one kernel where nothing is recorded. */
  public static Tensor apply(
      Pass pass, Tensor x, Tensor weight, @Nullable Tensor bias, Activation activation) {
    if (pass.isRecording()) { // the way back needs the activation's input
      return Activate.apply(pass, activation, apply(pass, x, weight, bias));
    }
    requireShapes(x, weight, bias);
    return pass.backend().linear(x, weight, bias, activation);
  }

  static List<Tensor> inputs(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return bias == null ? List.of(x, weight) : List.of(x, weight, bias);
  }

  static void requireShapes(Tensor x, Tensor weight, @Nullable Tensor bias) {
    Require.matrix("Linear", "weight", weight);
    Require.columns("Linear", "input", x, weight.lastAxis());
    if (bias != null) {
      Require.shape("Linear", "bias", bias, weight.rows());
    }
  }
}
