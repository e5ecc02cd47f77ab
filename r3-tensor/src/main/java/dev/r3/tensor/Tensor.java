package dev.r3.tensor;

import java.util.Objects;

/**
 * A dense, row-major array of numbers: a {@link Shape} and the {@link Storage} of one backend.
 *
 * <p>A tensor belongs to the backend scope that made it and is readable until that scope closes;
 * reading it later is an {@link IllegalStateException}. Tensors of a root backend live as long as
 * they are reachable. Operations never change their inputs; only optimizers change parameters.
 */
public final class Tensor {
  private final Shape shape;
  private final Storage storage;

  public Tensor(Shape shape, Storage storage) {
    this.shape = shape;
    this.storage = storage;
  }

  public Shape shape() {
    return shape;
  }

  public Storage storage() {
    return storage;
  }

  /** Number of elements. */
  public int size() {
    return shape.size();
  }

  /** Product of all axes but the innermost. */
  public int rows() {
    return shape.rows();
  }

  /** Length of the innermost axis; 1 for a scalar. */
  public int lastAxis() {
    return shape.lastAxis();
  }

  /** The same elements in the same order under another shape; shares storage. */
  public Tensor withShape(Shape other) {
    if (other.size() != size()) {
      throw new IllegalArgumentException(
          "Tensor: expected a shape of " + size() + " elements, got " + other);
    }
    return new Tensor(other, storage);
  }

  /** A copy of the elements, rounded to float where the backend computes in double. */
  public float[] toFloats() {
    float[] values = new float[size()];
    storage.copyTo(0, values.length, values);
    return values;
  }

  /** A copy of the elements. */
  public double[] toDoubles() {
    double[] values = new double[size()];
    storage.copyTo(0, values.length, values);
    return values;
  }

  /**
   * Copies elements {@code start} to {@code start + count - 1} to the front of {@code target},
   * rounded to float where the backend computes in double: to read a large tensor in parts.
   */
  public void read(int start, int count, float[] target) {
    Objects.checkFromIndexSize(start, count, size());
    storage.copyTo(start, count, target);
  }

  /** {@link #read(int, int, float[])} without rounding. */
  public void read(int start, int count, double[] target) {
    Objects.checkFromIndexSize(start, count, size());
    storage.copyTo(start, count, target);
  }

  /** The only element of a tensor of size 1. */
  public double scalar() {
    if (size() != 1) {
      throw new IllegalArgumentException("Tensor.scalar: expected one element, got shape " + shape);
    }
    return toDoubles()[0];
  }

  @Override
  public String toString() {
    return "Tensor" + shape;
  }
}
