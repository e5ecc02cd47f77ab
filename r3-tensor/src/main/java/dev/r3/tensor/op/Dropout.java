package dev.r3.tensor.op;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;

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
    Tensor factors =
        pass.backend().dropoutFactors(x.shape(), pass.nextRandom().state(), probability);
    return Multiply.apply(pass, x, factors);
  }
}
