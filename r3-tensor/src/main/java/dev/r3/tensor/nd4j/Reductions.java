package dev.r3.tensor.nd4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sums over many elements, all in double: ND4J would add floats up in float. */
final class Reductions {
  private Reductions() {}

  /** out [1] = Σ x. */
  static void sum(INDArray x, INDArray out, Scratch scratch) {
    INDArray total = scratch.doubles(1);
    Ops.sumOfEachRow(Ops.view(inDouble(x, scratch), 0, 1, x.length()), total);
    Ops.copy(total, out);
  }

  /** out [columns] = the sum of the rows of x. */
  static void sumOfRows(INDArray x, INDArray out, Scratch scratch) {
    INDArray total = scratch.doubles(out.length());
    Ops.sumOfRows(inDouble(x, scratch), total);
    Ops.copy(total, out);
  }

  /** Σ x². */
  static double squaredNorm(INDArray x, Scratch scratch) {
    INDArray squares = scratch.doubles(1, x.length());
    Ops.copy(Ops.view(x, 0, 1, x.length()), squares);
    Ops.multiply(squares, squares, squares);
    INDArray total = scratch.doubles(1);
    Ops.sumOfEachRow(squares, total);
    return total.getDouble(0);
  }

  private static INDArray inDouble(INDArray x, Scratch scratch) {
    if (x.dataType() == DataType.DOUBLE) {
      return x;
    }
    INDArray converted = scratch.doubles(x.shape());
    Ops.copy(x, converted);
    return converted;
  }
}
