package dev.r3.tensor.op;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;

/** The mean of all elements: any shape -> []. */
public final class Mean {
  private Mean() {}

  public static Tensor apply(Pass pass, Tensor x) {
    if (x.size() == 0) {
      throw new IllegalArgumentException("Mean: expected at least one element, got " + x.shape());
    }
    return Scale.apply(pass, Sum.apply(pass, x), 1.0 / x.size());
  }
}
