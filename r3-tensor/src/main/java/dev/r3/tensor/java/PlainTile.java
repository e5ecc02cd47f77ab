package dev.r3.tensor.java;

import java.util.Arrays;

/** The tile kernel in plain loops, four steps of depth at a time so that the sums rest in c. */
final class PlainTile implements Tile {
  private static final int COLUMNS = 64;

  @Override
  public int rows() {
    return 4;
  }

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public void multiply(
      int rows,
      int depth,
      Matrix a,
      int aOffset,
      float[] panel,
      int panelOffset,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate) {
    for (int i = 0; i < rows; i++) {
      int to = cOffset + i * cStride;
      if (!accumulate) {
        Arrays.fill(c, to, to + COLUMNS, 0);
      }
      row(
          depth,
          a.data(),
          aOffset + i * a.rowStride(),
          a.columnStride(),
          panel,
          panelOffset,
          c,
          to);
    }
  }

  @Override
  public void multiplyBfloat16(
      int rows,
      int pairs,
      Matrix a,
      int aOffset,
      int[] panel,
      int panelOffset,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate) {
    for (int i = 0; i < rows; i++) {
      int to = cOffset + i * cStride;
      if (!accumulate) {
        Arrays.fill(c, to, to + COLUMNS, 0);
      }
      for (int pair = 0; pair < pairs; pair++) {
        int from = aOffset + i * a.rowStride() + 2 * pair * a.columnStride();
        float x0 = a.data()[from];
        float x1 = a.data()[from + a.columnStride()];
        int row = panelOffset + pair * COLUMNS;
        for (int j = 0; j < COLUMNS; j++) {
          float sum = FloatMath.fma(x0, Float.intBitsToFloat(panel[row + j] << 16), c[to + j]);
          c[to + j] = FloatMath.fma(x1, Float.intBitsToFloat(panel[row + j] & 0xffff0000), sum);
        }
      }
    }
  }

  private static void row(
      int depth, float[] a, int aOffset, int aStep, float[] b, int bOffset, float[] c, int to) {
    int p = 0;
    for (; p <= depth - 4; p += 4) {
      float x0 = a[aOffset + p * aStep];
      float x1 = a[aOffset + (p + 1) * aStep];
      float x2 = a[aOffset + (p + 2) * aStep];
      float x3 = a[aOffset + (p + 3) * aStep];
      int row = bOffset + p * COLUMNS;
      for (int j = 0; j < COLUMNS; j++) {
        float sum = FloatMath.fma(x0, b[row + j], c[to + j]);
        sum = FloatMath.fma(x1, b[row + COLUMNS + j], sum);
        sum = FloatMath.fma(x2, b[row + 2 * COLUMNS + j], sum);
        c[to + j] = FloatMath.fma(x3, b[row + 3 * COLUMNS + j], sum);
      }
    }
    for (; p < depth; p++) {
      float x = a[aOffset + p * aStep];
      int row = bOffset + p * COLUMNS;
      for (int j = 0; j < COLUMNS; j++) {
        c[to + j] = FloatMath.fma(x, b[row + j], c[to + j]);
      }
    }
  }
}
