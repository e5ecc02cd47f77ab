package dev.r3.tensor.io;

/**
 * Symmetric 8-bit quantisation by rows: element = q * scale, with q from -127 to 127 and the scale
 * of a row its greatest magnitude / 127.
 */
public final class Int8Rows {
  private static final int MOST = 127;

  private Int8Rows() {}

  /**
   * The scale of a row.
   *
   * @throws IllegalArgumentException if an element is not finite
   */
  public static float scale(float[] row, int count) {
    float most = 0;
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(row[i])) {
        throw new IllegalArgumentException("Int8Rows: expected finite elements, got " + row[i]);
      }
      most = Math.max(most, Math.abs(row[i]));
    }
    return most / MOST;
  }

  /** The integer nearest to value / scale, ties to even. */
  public static int quantize(float value, float scale) {
    if (scale == 0) {
      return 0;
    }
    return (int) Math.max(-MOST, Math.min(MOST, Math.rint((double) value / scale)));
  }
}
