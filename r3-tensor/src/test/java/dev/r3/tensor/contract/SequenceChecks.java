package dev.r3.tensor.contract;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Sequences;
import dev.r3.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Kernels that move rows, and rotary positions. */
final class SequenceChecks {
  private static final List<Sequences> BATCHES =
      List.of(
          Sequences.ofLengths(1),
          Sequences.ofLengths(7),
          Sequences.ofLengths(3, 1, 17, 2),
          Sequences.ofLengths(33, 100, 1, 1, 49));

  /** Angles up to 20,000 carry a rounding of 2e-12 even in double. */
  private static final double ANGLE_TOLERANCE = 1e-11;

  private SequenceChecks() {}

  static List<Check> all() {
    return List.of(
        new Check("gatherSum", SequenceChecks::gatherSum),
        new Check("scatterAdd", SequenceChecks::scatterAdd),
        new Check("concatRows", SequenceChecks::concatRows),
        new Check("rotary", SequenceChecks::rotary),
        new Check("pool", SequenceChecks::pool),
        new Check("poolBackward", SequenceChecks::poolBackward));
  }

  private static void gatherSum(Backend backend, Samples samples) {
    for (int[] size : Samples.MATRICES) {
      for (int tables = 1; tables <= 3; tables++) {
        int n = size[0] + 2;
        int columns = size[1];
        List<Tensor> tensors = new ArrayList<>();
        List<int[]> indices = new ArrayList<>();
        double[] expected = new double[n * columns];
        for (int t = 0; t < tables; t++) {
          int rows = size[0] + 5 * t;
          double[] table = samples.normals(rows * columns);
          int[] index = samples.indices(n, rows);
          for (int i = 0; i < expected.length; i++) {
            expected[i] += table[index[i / columns] * columns + i % columns];
          }
          tensors.add(samples.tensor(table, rows, columns));
          indices.add(index);
        }
        Tensor out = backend.gatherSum(tensors, indices);
        Samples.shape("gatherSum", out, n, columns);
        samples.compare("gatherSum of " + tables, expected, out, tables);
      }
    }
  }

  private static void scatterAdd(Backend backend, Samples samples) {
    for (int[] size : Samples.MATRICES) {
      for (int n : new int[] {1, 2, 49, 500}) { // far more than rows: most repeat
        int columns = size[1];
        double[] target = samples.normals(size[0] * columns);
        double[] values = samples.normals(n * columns);
        int[] rows = samples.indices(n, size[0]);
        Tensor changed = samples.tensor(target, size);
        backend.scatterAdd(changed, rows, samples.tensor(values, n, columns));
        for (int i = 0; i < values.length; i++) {
          target[rows[i / columns] * columns + i % columns] += values[i];
        }
        samples.compare("scatterAdd of " + n, target, changed, n);
      }
    }
  }

  private static void concatRows(Backend backend, Samples samples) {
    for (int columns : Samples.SIZES) {
      double[] a = samples.normals(3 * columns);
      double[] b = samples.normals(columns);
      double[] expected = new double[7 * columns];
      System.arraycopy(a, 0, expected, 0, a.length);
      System.arraycopy(b, 0, expected, a.length, b.length);
      System.arraycopy(a, 0, expected, a.length + b.length, a.length);
      Tensor first = samples.tensor(a, 3, columns);
      Tensor out = backend.concatRows(List.of(first, samples.tensor(b, 1, columns), first));
      Samples.shape("concatRows", out, 7, columns);
      samples.compare("concatRows", expected, out, 0);
      samples.compare("concatRows of one", a, backend.concatRows(List.of(first)), 0);
    }
  }

  private static void rotary(Backend backend, Samples samples) {
    for (int tokens : new int[] {1, 3, 17, 49}) {
      for (int heads : new int[] {1, 2, 3}) {
        for (int headSize : new int[] {2, 6, 32}) {
          double[] x = samples.normals(tokens * heads * headSize);
          int[] positions = samples.indices(tokens, 20_000);
          Tensor input = samples.tensor(x, tokens, heads * headSize);
          Tensor out = backend.rotary(input, positions, headSize, 10_000, false);
          Samples.shape("rotary", out, tokens, heads * headSize);
          samples.compareWithin(
              "rotary of " + tokens + " tokens, " + heads + " heads of " + headSize,
              ReferenceKernels.rotary(x, positions, headSize, 10_000),
              out,
              ANGLE_TOLERANCE);
          samples.compareWithin(
              "rotary and back",
              x,
              backend.rotary(out, positions, headSize, 10_000, true),
              ANGLE_TOLERANCE);
        }
      }
    }
  }

  private static void pool(Backend backend, Samples samples) {
    for (Sequences sequences : BATCHES) {
      for (Pooling pooling : Pooling.values()) {
        for (int columns : new int[] {1, 3, 33}) {
          double[] x = samples.normals(sequences.tokens() * columns);
          Tensor out =
              backend.pool(pooling, samples.tensor(x, sequences.tokens(), columns), sequences);
          Samples.shape("pool", out, sequences.count(), columns);
          samples.compare(
              pooling + " of " + sequences,
              ReferenceKernels.pool(pooling, x, sequences, columns),
              out,
              sequences.maxLength());
        }
      }
    }
  }

  private static void poolBackward(Backend backend, Samples samples) {
    for (Sequences sequences : BATCHES) {
      for (Pooling pooling : Pooling.values()) {
        int columns = 3;
        double[] gradOutput = samples.normals(sequences.count() * columns);
        double[] expected =
            ReferenceKernels.gradient(
                x -> ReferenceKernels.pool(pooling, x, sequences, columns),
                new double[sequences.tokens() * columns],
                gradOutput);
        Tensor out =
            backend.poolBackward(
                pooling, samples.tensor(gradOutput, sequences.count(), columns), sequences);
        Samples.shape("poolBackward", out, sequences.tokens(), columns);
        samples.compareGradient("gradient of " + pooling + ", " + sequences, expected, out, 1);
      }
    }
  }
}
