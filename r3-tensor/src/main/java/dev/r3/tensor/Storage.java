package dev.r3.tensor;

/**
 * The elements of a tensor in the memory of one backend, in row-major order. Only the backend that
 * made a storage looks inside it.
 */
public interface Storage {
  /** Copies the elements out; {@code target} holds at least as many. */
  void copyTo(float[] target);

  /** Copies the elements out; {@code target} holds at least as many. */
  void copyTo(double[] target);
}
