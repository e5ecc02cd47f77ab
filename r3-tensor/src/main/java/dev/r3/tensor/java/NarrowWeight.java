package dev.r3.tensor.java;

import dev.r3.tensor.ElementReader;
import dev.r3.tensor.Storage;
import dev.r3.tensor.WeightFormat;
import dev.r3.tensor.io.HalfPrecision;
import dev.r3.tensor.io.Int8Rows;

/**
 * A weight [columns, depth] in 16 or 8 bits, in the only form in which it is kept: the panels of
 * its transpose for {@link Gemm}, where an int holds two or four steps of depth of one column, the
 * first in its lowest bits.
 */
final class NarrowWeight implements Storage, RightSide {
  private final WeightFormat format;
  private final int depth;
  private final int columns;
  private final int width; // of a panel
  private final int[] data; // [panels, depth / steps, width]
  private final float[] scales; // of each column, padded to whole panels; of INT8

  private NarrowWeight(WeightFormat format, int depth, int columns, int width) {
    this.format = format;
    this.depth = depth;
    this.columns = columns;
    this.width = width;
    int panels = (columns + width - 1) / width;
    data = new int[Math.multiplyExact(panels * width, (depth + steps() - 1) / steps())];
    scales = new float[format == WeightFormat.INT8 ? panels * width : 0];
  }

  /** Reads and packs a weight with all cores. */
  static NarrowWeight read(
      Engine engine, int columns, int depth, WeightFormat format, ElementReader elements) {
    int width = engine.gemm().paddedColumns(1);
    NarrowWeight weight = new NarrowWeight(format, depth, columns, width);
    engine.parallel(
        (columns + width - 1) / width,
        4L * depth * width,
        (from, to) -> {
          float[] row = engine.buffers().acquire(depth);
          for (int column = from * width; column < Math.min(columns, to * width); column++) {
            elements.read(column * depth, depth, row);
            weight.pack(column, row);
          }
          engine.buffers().release(row);
        });
    return weight;
  }

  private void pack(int column, float[] row) {
    int at = column / width * panelSize() + column % width;
    if (format == WeightFormat.INT8) {
      float scale = Int8Rows.scale(row, depth);
      scales[column] = scale;
      for (int p = 0; p < depth; p++) {
        int q = Int8Rows.quantize(row[p], scale) & 0xff;
        data[at + p / 4 * width] |= q << (p % 4 * 8);
      }
    } else {
      for (int p = 0; p < depth; p++) {
        int bits = HalfPrecision.floatToBfloat16(row[p]) & 0xffff;
        data[at + p / 2 * width] |= bits << (p % 2 * 16);
      }
    }
  }

  WeightFormat format() {
    return format;
  }

  @Override
  public int depth() {
    return depth;
  }

  @Override
  public int columns() {
    return columns;
  }

  /** Steps of depth in an int. */
  int steps() {
    return format == WeightFormat.INT8 ? 4 : 2;
  }

  /** [panels, depth / steps, width]. */
  int[] data() {
    return data;
  }

  /** Where a step of depth, a multiple of 4, begins in a panel. */
  int start(int panel, int step) {
    return panel * panelSize() + step / steps() * width;
  }

  private int panelSize() {
    return (depth + steps() - 1) / steps() * width;
  }

  /**
   * Widens a part of a panel to floats, [count, width].
   *
   * @param first the first step of depth, a multiple of 4
   * @param to room for count rounded up to a multiple of 4
   */
  void widen(Loops loops, int panel, int first, int count, float[] to) {
    int from = start(panel, first);
    int rows = (count + steps() - 1) / steps();
    if (format == WeightFormat.INT8) {
      loops.widenInt8(data, from, scales, panel * width, to, rows, width);
    } else {
      loops.widenBfloat16(data, from, to, rows, width);
    }
  }

  /** Copies elements of one row of the weight, which is a column here. */
  void copyRow(int row, int start, int count, float[] target, int offset) {
    int at = row / width * panelSize() + row % width;
    for (int i = 0; i < count; i++) {
      int p = start + i;
      if (format == WeightFormat.INT8) {
        target[offset + i] = (byte) (data[at + p / 4 * width] >> (p % 4 * 8)) * scales[row];
      } else {
        int bits = data[at + p / 2 * width] >>> (p % 2 * 16);
        target[offset + i] = Float.intBitsToFloat(bits << 16);
      }
    }
  }

  @Override
  public void copyTo(int start, int count, float[] target) {
    int done = 0;
    while (done < count) {
      int row = (start + done) / depth;
      int first = (start + done) % depth;
      int some = Math.min(depth - first, count - done);
      copyRow(row, first, some, target, done);
      done += some;
    }
  }

  @Override
  public void copyTo(int start, int count, double[] target) {
    float[] one = new float[1];
    for (int i = 0; i < count; i++) {
      copyTo(start + i, 1, one);
      target[i] = one[0];
    }
  }
}
