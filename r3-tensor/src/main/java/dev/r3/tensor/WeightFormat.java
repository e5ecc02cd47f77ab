package dev.r3.tensor;

/** How {@link Backend#weight} holds the elements of a matrix. */
public enum WeightFormat {
  /** In the backend's own precision: a tensor like any other, which can train. */
  FULL,
  /** In 16 bits, the upper half of a float, rounded to nearest: exact for a BF16 checkpoint. */
  BFLOAT16,
  /**
   * In 8 bits: element = q * scale with q from -127 to 127 and one float scale a row, the row's
   * greatest magnitude / 127.
   */
  INT8
}
