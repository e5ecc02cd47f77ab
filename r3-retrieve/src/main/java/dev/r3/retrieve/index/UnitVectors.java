package dev.r3.retrieve.index;

/** What the index and the cache demand of an embedding: finite numbers and length one. */
final class UnitVectors {
  /** Room for embeddings that were normalised in 16 bits. */
  private static final double TOLERANCE = 1e-2;

  private UnitVectors() {}

  /**
   * @throws IllegalArgumentException {@code <where>: ...} if the vector has another dimension, or a
   *     length that is not one
   */
  static void require(String where, float[] vector, int dimension) {
    if (vector.length != dimension) {
      throw new IllegalArgumentException(
          where + ": expected dimension " + dimension + ", got " + vector.length);
    }
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    double length = Math.sqrt(squares);
    // Written so that NaN fails.
    if (!(Math.abs(length - 1) <= TOLERANCE)) {
      throw new IllegalArgumentException(
          where + ": expected an L2-normalised vector, got one of length " + length);
    }
  }
}
