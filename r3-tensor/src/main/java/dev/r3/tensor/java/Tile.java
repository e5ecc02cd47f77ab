package dev.r3.tensor.java;

/**
 * The innermost kernel of {@link Gemm}: a small block of the result kept in registers while depth
 * runs.
 */
interface Tile {
  /** Rows of a full tile. */
  int rows();

  /** Columns of every tile, and of a panel. */
  int columns();

  /**
   * c (=|+=) a b for one tile. Sums run over depth in order, so that splitting depth over several
   * calls changes nothing.
   *
   * @param rows rows to compute, 1 to {@link #rows()}
   * @param a element (i, p) at a.offset + i * rowStride + p * columnStride
   * @param aOffset where the tile's first row begins
   * @param panel [depth, columns] from panelOffset on
   * @param c written with {@link #columns()} columns, rows {@code cStride} apart
   * @param accumulate whether the sums begin with what c holds, else with 0
   */
  void multiply(
      int rows,
      int depth,
      Matrix a,
      int aOffset,
      float[] panel,
      int panelOffset,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate);

  /**
   * {@link #multiply} with a panel of ints, each of two steps of depth in bfloat16 ({@link
   * NarrowWeight}).
   *
   * @param pairs half the depth
   */
  void multiplyBfloat16(
      int rows,
      int pairs,
      Matrix a,
      int aOffset,
      int[] panel,
      int panelOffset,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate);
}
