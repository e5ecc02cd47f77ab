package dev.r3.tensor.op;

import dev.r3.tensor.Normalized;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/**
 * Layer normalisation over the last axis: y = (x - mean) / √(variance + epsilon) * gain + bias (Ba,
 * Kiros, Hinton 2016), with the biased variance, as in BERT.
 *
 * <p>x [tokens, hidden], gain and bias [hidden] -> y [tokens, hidden].
 */
public final class LayerNorm {
  private LayerNorm() {}

  public static Tensor apply(Pass pass, Tensor x, Tensor gain, Tensor bias, double epsilon) {
    check(x, gain, bias);
    Normalized forward = pass.backend().layerNorm(x, gain, bias, epsilon);
    return pass.record(
        forward.output(),
        List.of(x, gain, bias),
        (gradOutput, gradients) -> {
          List<Tensor> parts = pass.backend().layerNormBackward(gradOutput, x, gain, forward);
          gradients.add(x, parts.get(0));
          gradients.add(gain, parts.get(1));
          gradients.add(bias, parts.get(2));
        });
  }

  /**
   * layerNorm(x + residual), the end of every post-norm block; one kernel where nothing records.
   */
  public static Tensor ofSum(
      Pass pass, Tensor x, Tensor residual, Tensor gain, Tensor bias, double epsilon) {
    if (pass.isRecording()) {
      return apply(pass, Add.apply(pass, x, residual), gain, bias, epsilon);
    }
    check(x, gain, bias);
    Require.sameShape("LayerNorm", x, residual);
    return pass.backend().addLayerNorm(x, residual, gain, bias, epsilon);
  }

  private static void check(Tensor x, Tensor gain, Tensor bias) {
    Require.columns("LayerNorm", "input", x, gain.size());
    Require.shape("LayerNorm", "gain", gain, gain.size());
    Require.shape("LayerNorm", "bias", bias, gain.size());
  }
}
