package dev.r3.tensor;

/**
 * Elements of a tensor that come from elsewhere, such as a file, and are read part by part in
 * row-major order. Many threads may read at once.
 */
@FunctionalInterface
public interface ElementReader {
  /** Puts elements {@code start} to {@code start + count - 1} to the front of {@code target}. */
  void read(int start, int count, float[] target);
}
