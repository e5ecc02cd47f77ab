package dev.r3.tensor.java;

/** Where element (i, j) lies: data[offset + i * rowStride + j * columnStride]. */
record Matrix(float[] data, int offset, int rowStride, int columnStride) {
  /** A dense row-major matrix. */
  static Matrix dense(float[] data, int columns) {
    return new Matrix(data, 0, columns, 1);
  }

  Matrix transposed() {
    return new Matrix(data, offset, columnStride, rowStride);
  }

  /** The same matrix without its first rows and columns. */
  Matrix from(int row, int column) {
    return new Matrix(
        data, offset + row * rowStride + column * columnStride, rowStride, columnStride);
  }
}
