package dev.r3.tensor.java;

import static org.assertj.core.api.Assertions.assertThat;

/** Compares float results with double references. */
final class Near {
  private Near() {}

  /**
   * @param tolerance on |got - expected| / max(1, |expected|)
   */
  static void assertNear(String what, float[] got, double[] expected, double tolerance) {
    assertThat(got).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < got.length; i++) {
      double bound = tolerance * Math.max(1, Math.abs(expected[i]));
      // written so that a NaN fails
      if (!(Math.abs(got[i] - expected[i]) <= bound) && got[i] != expected[i]) {
        throw new AssertionError(
            what + ": expected " + expected[i] + " at " + i + ", got " + got[i]);
      }
    }
  }
}
