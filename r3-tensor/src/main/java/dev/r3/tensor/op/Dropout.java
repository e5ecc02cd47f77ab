package dev.r3.tensor.op;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Philox;
import dev.r3.tensor.Tensor;
import java.util.List;

/**
 * Inverted dropout (Srivastava et al. 2014): zeroes each element with the given probability and
 * multiplies the others by 1 / (1 - probability). Does nothing in a pass that does not record.
 */
public final class Dropout {
  private Dropout() {}

  public static Tensor apply(Pass pass, Tensor x, double probability) {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "Dropout: expected a probability from 0 to below 1, got " + probability);
    }
    if (probability == 0 || !pass.isRecording()) {
      return x;
    }
    Philox.State start = pass.nextRandom().state();
    return pass.record(
        drop(pass.backend(), x, start, probability),
        List.of(x),
        (gradOutput, gradients) ->
            gradients.add(x, () -> drop(pass.backend(), gradOutput, start, probability)));
  }

  /** The factors are drawn again on the way back: that takes less than to keep them. */
  private static Tensor drop(Backend backend, Tensor x, Philox.State start, double probability) {
    Tensor factors = backend.dropoutFactors(x.shape(), start, probability);
    Tensor result = backend.multiply(x, factors);
    backend.recycle(factors);
    return result;
  }
}
