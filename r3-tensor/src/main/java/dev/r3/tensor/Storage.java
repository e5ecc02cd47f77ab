package dev.r3.tensor;

/**
 * The elements of a tensor in the memory of one backend, in row-major order. Only the backend that
 * made a storage looks inside it.
 */
public interface Storage {
  /** Copies elements {@code start} to {@code start + count - 1} to the front of target. */
  void copyTo(int start, int count, float[] target);

  /** Copies elements {@code start} to {@code start + count - 1} to the front of target. */
  void copyTo(int start, int count, double[] target);
}
