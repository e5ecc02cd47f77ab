package dev.r3.tensor.op;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * y = activation(u) weightᵀ + bias, the second half of a feed-forward layer. activation(u), as wide
 * as the layer, is not kept for the way back but computed again there, which costs next to nothing
 * beside the products.
 *
 * <p>u [rows, in], weight [out, in], bias [out] or null -> [rows, out].
 */
public final class ActivatedLinear {
  private ActivatedLinear() {}

  public static Tensor apply(
      Pass pass, Activation activation, Tensor u, Tensor weight, @Nullable Tensor bias) {
    if (activation == Activation.IDENTITY) {
      return Linear.apply(pass, u, weight, bias);
    }
    Linear.requireShapes(u, weight, bias);
    Backend backend = pass.backend();
    Tensor activated = backend.activate(activation, u);
    Tensor output = backend.linear(activated, weight, bias, Activation.IDENTITY);
    backend.recycle(activated);
    return pass.record(
        output,
        Linear.inputs(u, weight, bias),
        (gradOutput, gradients) -> { // gradOutput [rows, out]
          gradients.add(
              u,
              () -> {
                Tensor gradActivated = backend.matMul(gradOutput, false, weight, false);
                Tensor gradient = backend.activateBackward(activation, gradActivated, u);
                backend.recycle(gradActivated);
                return gradient;
              });
          gradients.add(
              weight,
              () -> {
                Tensor again = backend.activate(activation, u);
                Tensor gradient = backend.matMul(gradOutput, true, again, false);
                backend.recycle(again);
                return gradient;
              });
          if (bias != null) {
            gradients.add(bias, () -> backend.sumRows(gradOutput));
          }
        });
  }
}
