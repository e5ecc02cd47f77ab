package dev.r3.tensor.java;

/**
 * The right side of a product in floats, reordered so that the tile kernel reads it front to back:
 * panels of as many columns as a tile has, each [depth, tile columns] and dense, the last one
 * padded with zeros.
 */
final class Panels implements RightSide {
  private final float[] data;
  private final int depth;
  private final int columns;
  private volatile boolean valid; // written after the data

  /**
   * @param data room for the panels, at least {@link Gemm#packedSize}
   */
  Panels(float[] data, int depth, int columns) {
    this.data = data;
    this.depth = depth;
    this.columns = columns;
  }

  float[] data() {
    return data;
  }

  @Override
  public int depth() {
    return depth;
  }

  @Override
  public int columns() {
    return columns;
  }

  boolean fits(int wantedDepth, int wantedColumns) {
    return depth == wantedDepth && columns == wantedColumns;
  }

  /** The same panels, the padding of the last one counted as columns. */
  Panels widened(int paddedColumns) {
    return new Panels(data, depth, paddedColumns);
  }

  boolean isValid() {
    return valid;
  }

  void validate() {
    valid = true;
  }

  void invalidate() {
    valid = false;
  }
}
