package dev.r3.tensor;

import java.util.Arrays;

/** The lengths of a tensor's axes, outermost first; a scalar has none. */
public record Shape(int... axes) {
  public Shape {
    long size = 1;
    for (int axis : axes) {
      if (axis < 0) {
        throw new IllegalArgumentException(
            "Shape: expected axes of at least 0, got " + Arrays.toString(axes));
      }
      size *= axis;
      if (size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "Shape: expected at most 2^31 - 1 elements, got " + Arrays.toString(axes));
      }
    }
    axes = axes.clone();
  }

  /** Number of elements. */
  public int size() {
    int size = 1;
    for (int axis : axes) {
      size *= axis;
    }
    return size;
  }

  public int rank() {
    return axes.length;
  }

  public int axis(int index) {
    return axes[index];
  }

  /** Length of the innermost axis; 1 for a scalar. */
  public int lastAxis() {
    return axes.length == 0 ? 1 : axes[axes.length - 1];
  }

  /** Product of all axes but the innermost: how many rows a kernel over the last axis sees. */
  public int rows() {
    int last = lastAxis();
    return last == 0 ? 0 : size() / last;
  }

  @Override
  public int[] axes() {
    return axes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(axes, shape.axes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(axes);
  }

  @Override
  public String toString() {
    return Arrays.toString(axes);
  }
}
