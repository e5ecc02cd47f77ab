package dev.r3.tensor.contract;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Precision;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;

/**
 * Repeatable inputs for one check on one backend, and the comparison with what they should give.
 * All inputs are floats, so that every precision starts from the same numbers.
 */
final class Samples {
  static final int[] SIZES = {1, 2, 3, 7, 17, 33, 49, 100};

  /** Rows and columns of matrices: every size on each side, with long and flat ones. */
  static final int[][] MATRICES = {
    {1, 1}, {1, 7}, {2, 3}, {3, 1}, {7, 17}, {17, 33}, {33, 49}, {49, 100}, {100, 2}, {2, 1000}
  };

  private final Backend backend;
  private final Random random;

  Samples(Backend backend) {
    this.backend = backend;
    this.random = new Random(11);
  }

  /** Standard normal. */
  double[] normals(int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  int[] indices(int count, int bound) {
    return random.ints(count, 0, bound).toArray();
  }

  Tensor tensor(double[] values, int... shape) {
    return backend.tensor(new Shape(shape), values);
  }

  /**
   * @param terms how many numbers were added up on the way to one element
   */
  void compare(String what, double[] expected, Tensor actual, int terms) {
    compare(what, expected, actual, tolerance(terms), largest(expected));
  }

  /** For expectations from central differences, which are good to about 1e-8 themselves. */
  void compareGradient(String what, double[] expected, Tensor actual, int terms) {
    compare(what, expected, actual, Math.max(1e-7, tolerance(terms)), largest(expected));
  }

  /** For expectations that are not good to the last digit of a double themselves. */
  void compareWithin(String what, double[] expected, Tensor actual, double leastTolerance) {
    compare(what, expected, actual, Math.max(leastTolerance, tolerance(0)), largest(expected));
  }

  /** For gradients that may be 0 where parts of the given scale cancel. */
  void compareGradient(String what, double[] expected, Tensor actual, int terms, double scale) {
    compare(
        what,
        expected,
        actual,
        Math.max(1e-7, tolerance(terms)),
        Math.max(scale, largest(expected)));
  }

  /** For results that come of cancellation: the scale is that of what cancelled. */
  void compareAtScale(String what, double[] expected, Tensor actual, int terms, double scale) {
    compare(what, expected, actual, tolerance(terms), scale);
  }

  private double tolerance(int terms) {
    double rounding = backend.precision() == Precision.FLOAT64 ? 0x1p-53 : 0x1p-24;
    return rounding * (32 + 4 * terms);
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).filter(Double::isFinite).map(Math::abs).max().orElse(0);
  }

  private void compare(
      String what, double[] expected, Tensor actual, double tolerance, double scale) {
    double[] got = actual.toDoubles();
    if (got.length != expected.length) {
      throw new AssertionError(
          what + ": expected " + expected.length + " elements, got " + got.length);
    }
    for (int i = 0; i < expected.length; i++) {
      boolean near = Math.abs(got[i] - expected[i]) <= tolerance * scale;
      if (!near && Double.compare(got[i], expected[i]) != 0) { // the same infinity or NaN is near
        throw new AssertionError(
            String.format(
                "%s on %s: expected %.17g at element %d, got %.17g; tolerance %.1e of %.3g",
                what, backend.description(), expected[i], i, got[i], tolerance, scale));
      }
    }
  }

  static void shape(String what, Tensor actual, int... expected) {
    if (!actual.shape().equals(new Shape(expected))) {
      throw new AssertionError(
          what + ": expected shape " + Arrays.toString(expected) + ", got " + actual.shape());
    }
  }
}
