package dev.r3.tensor.nd4j;

import dev.r3.tensor.Pooling;
import dev.r3.tensor.Sequences;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Kernels that move, add up or average whole rows of matrices. */
final class Rows {
  private Rows() {}

  static void gatherSum(List<INDArray> tables, List<int[]> rows, INDArray out, Scratch scratch) {
    requireInside("gatherSum", rows.get(0), tables.get(0).size(0));
    Ops.gather(tables.get(0), scratch.indices(rows.get(0)), out);
    if (tables.size() == 1) {
      return;
    }
    INDArray more = scratch.like(out);
    for (int t = 1; t < tables.size(); t++) {
      requireInside("gatherSum", rows.get(t), tables.get(t).size(0));
      Ops.gather(tables.get(t), scratch.indices(rows.get(t)), more);
      Ops.add(out, more, out);
    }
  }

  static void scatterAdd(INDArray target, int[] rows, INDArray values, Scratch scratch) {
    requireInside("scatterAdd", rows, target.size(0));
    Ops.scatterAdd(target, scratch.indices(rows), values);
  }

  /** Parts flat, one after the other; out flat. */
  static void concat(List<INDArray> parts, INDArray out) {
    long offset = 0;
    for (INDArray part : parts) {
      if (part.length() > 0) {
        Ops.copy(part, Ops.view(out, offset, part.length()));
        offset += part.length();
      }
    }
  }

  static void pool(
      Pooling pooling, INDArray x, Sequences sequences, INDArray out, Scratch scratch) {
    if (pooling != Pooling.MEAN) {
      Ops.gather(x, scratch.indices(pooledRows(pooling, sequences)), out);
      return;
    }
    Ops.fill(out, 0);
    Ops.scatterAdd(out, scratch.indices(sequenceOfEachRow(sequences)), x);
    Ops.multiplyByColumn(out, inverseLengths(sequences, scratch), out);
  }

  static void poolBackward(
      Pooling pooling, INDArray gradOutput, Sequences sequences, INDArray gradX, Scratch scratch) {
    if (pooling != Pooling.MEAN) {
      Ops.fill(gradX, 0);
      Ops.scatterAdd(gradX, scratch.indices(pooledRows(pooling, sequences)), gradOutput);
      return;
    }
    INDArray shares = scratch.like(gradOutput);
    Ops.multiplyByColumn(gradOutput, inverseLengths(sequences, scratch), shares);
    Ops.gather(shares, scratch.indices(sequenceOfEachRow(sequences)), gradX);
  }

  private static int[] pooledRows(Pooling pooling, Sequences sequences) {
    int[] rows = new int[sequences.count()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = pooling == Pooling.CLS ? sequences.start(i) : sequences.end(i) - 1;
    }
    return rows;
  }

  private static int[] sequenceOfEachRow(Sequences sequences) {
    int[] owners = new int[sequences.tokens()];
    for (int i = 0; i < sequences.count(); i++) {
      Arrays.fill(owners, sequences.start(i), sequences.end(i), i);
    }
    return owners;
  }

  private static INDArray inverseLengths(Sequences sequences, Scratch scratch) {
    double[] inverse = new double[sequences.count()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[i] = 1.0 / sequences.length(i);
    }
    INDArray converted = scratch.array(inverse.length);
    Ops.copy(scratch.copy(inverse), converted);
    return converted;
  }

  /** ND4J would read outside the table and say nothing. */
  private static void requireInside(String kernel, int[] rows, long limit) {
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] < 0 || rows[i] >= limit) {
        throw new IllegalArgumentException(
            "Nd4jBackend."
                + kernel
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
