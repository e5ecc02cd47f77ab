package dev.r3.tensor.op;

import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;

/** The shape checks of the operations. */
final class Require {
  private Require() {}

  static void sameShape(String operation, Tensor a, Tensor b) {
    if (!a.shape().equals(b.shape())) {
      throw new IllegalArgumentException(
          operation
              + ": expected two tensors of one shape, got "
              + a.shape()
              + " and "
              + b.shape());
    }
  }

  static void shape(String operation, String what, Tensor x, int... expected) {
    Shape shape = new Shape(expected);
    if (!x.shape().equals(shape)) {
      throw new IllegalArgumentException(
          operation + ": expected " + what + " " + shape + ", got " + x.shape());
    }
  }

  static void matrix(String operation, String what, Tensor x) {
    if (x.shape().rank() != 2) {
      throw new IllegalArgumentException(
          operation + ": expected " + what + " [rows, columns], got " + x.shape());
    }
  }

  /** A matrix with {@code columns} columns. */
  static void columns(String operation, String what, Tensor x, int columns) {
    if (x.shape().rank() != 2 || x.lastAxis() != columns) {
      throw new IllegalArgumentException(
          operation + ": expected " + what + " [*, " + columns + "], got " + x.shape());
    }
  }

  static void rowIndices(String operation, int[] rows, int limit) {
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] < 0 || rows[i] >= limit) {
        throw new IllegalArgumentException(
            operation
                + ": expected row indices from 0 to "
                + (limit - 1)
                + ", got "
                + rows[i]
                + " at position "
                + i);
      }
    }
  }
}
