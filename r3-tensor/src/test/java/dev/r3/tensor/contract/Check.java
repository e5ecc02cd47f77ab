package dev.r3.tensor.contract;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * What one kernel must do.
 *
 * @param kernel the method of {@link Backend}
 * @param body makes inputs, runs the kernel and compares
 */
record Check(String kernel, BiConsumer<Backend, Samples> body) {
  /**
   * Runs on a scope whose memory is full of what others left there.
   *
   * @throws AssertionError if the kernel is wrong
   */
  void run(Backend root) {
    litter(root);
    try (Backend scope = root.scope()) {
      body.accept(scope, new Samples(scope));
    }
  }

  /** Leaves NaNs in the memory that the next scope may get: an element not written shows. */
  private static void litter(Backend root) {
    try (Backend scope = root.scope()) {
      for (int size = 1; size < 1 << 14; size += 1 + size / 8) {
        for (int copy = 0; copy < 3; copy++) {
          Tensor zeros = scope.zeros(new Shape(size));
          scope.combine(zeros, 1, scope.tensor(zeros.shape(), nans(size)), 1);
        }
      }
    }
  }

  private static float[] nans(int size) {
    float[] nans = new float[size];
    Arrays.fill(nans, Float.NaN);
    return nans;
  }

  @Override
  public String toString() {
    return kernel;
  }
}
