package dev.r3.tensor.nd4j;

import dev.r3.tensor.ElementReader;
import dev.r3.tensor.Shape;
import dev.r3.tensor.WeightFormat;
import dev.r3.tensor.io.HalfPrecision;
import dev.r3.tensor.io.Int8Rows;

/** The elements of a weight as its format can hold them, in floats. */
final class RoundedWeight {
  private RoundedWeight() {}

  static float[] read(Shape shape, WeightFormat format, ElementReader elements) {
    float[] values = new float[shape.size()];
    float[] row = new float[shape.lastAxis()];
    for (int start = 0; start < values.length; start += row.length) {
      elements.read(start, row.length, row);
      round(row, format);
      System.arraycopy(row, 0, values, start, row.length);
    }
    return values;
  }

  private static void round(float[] row, WeightFormat format) {
    switch (format) {
      case FULL -> {}
      case BFLOAT16 -> {
        for (int i = 0; i < row.length; i++) {
          row[i] = HalfPrecision.bfloat16ToFloat(HalfPrecision.floatToBfloat16(row[i]));
        }
      }
      case INT8 -> {
        float scale = Int8Rows.scale(row, row.length);
        for (int i = 0; i < row.length; i++) {
          row[i] = Int8Rows.quantize(row[i], scale) * scale;
        }
      }
    }
  }
}
