package dev.r3.benchmarks;

/** What must hold before anything is timed; NaN fails everywhere. */
public final class Check {
  private Check() {}

  /**
   * @throws IllegalStateException if the results are not finite or not near
   */
  public static void near(String where, float[] expected, float[] got, double tolerance) {
    if (expected.length != got.length) {
      throw new IllegalStateException(
          where + ": expected " + expected.length + " numbers, got " + got.length);
    }
    for (int i = 0; i < expected.length; i++) {
      near(where + "[" + i + "]", expected[i], got[i], tolerance);
    }
  }

  /** The same, row by row. */
  public static void near(String where, float[][] expected, float[][] got, double tolerance) {
    if (expected.length != got.length) {
      throw new IllegalStateException(
          where + ": expected " + expected.length + " rows, got " + got.length);
    }
    for (int i = 0; i < expected.length; i++) {
      near(where + "[" + i + "]", expected[i], got[i], tolerance);
    }
  }

  /** The same for one number. */
  public static void near(String where, double expected, double got, double tolerance) {
    if (!(Math.abs(expected - got) <= tolerance)) {
      throw new IllegalStateException(
          "%s: expected %s within %s, got %s".formatted(where, expected, tolerance, got));
    }
  }

  /**
   * @throws IllegalStateException if a row has another length than one
   */
  public static void unitRows(String where, float[][] rows) {
    for (int i = 0; i < rows.length; i++) {
      double squares = 0;
      for (float x : rows[i]) {
        squares += (double) x * x;
      }
      near(where + "[" + i + "] squared length", 1, squares, 1e-4);
    }
  }
}
