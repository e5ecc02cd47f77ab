package dev.r3.tensor.contract;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.WeightFormat;
import java.util.List;

/** Weights in fewer bits: their elements, and the kernels that take them. */
final class WeightChecks {
  private WeightChecks() {}

  static List<Check> all() {
    return List.of(new Check("weight", WeightChecks::weight));
  }

  private static void weight(Backend backend, Samples samples) {
    for (WeightFormat format : WeightFormat.values()) {
      for (int[] size : Samples.MATRICES) {
        int rows = size[0];
        int columns = size[1];
        double[] values = samples.normals(rows * columns);
        double[] held = rounded(values, columns, format);
        Tensor weight =
            backend.weight(
                new Shape(rows, columns),
                format,
                (start, count, target) -> {
                  for (int i = 0; i < count; i++) {
                    target[i] = (float) values[start + i];
                  }
                });
        String what = format + " weight " + rows + "x" + columns;
        Samples.shape(what, weight, rows, columns);
        samples.compare(what, held, weight, 0);
        products(backend, samples, what, weight, held);
        gather(backend, samples, what, weight, held);
      }
    }
  }

  private static void products(
      Backend backend, Samples samples, String what, Tensor weight, double[] held) {
    int out = weight.rows();
    int in = weight.lastAxis();
    for (int rows : new int[] {1, 5, 50}) {
      double[] x = samples.normals(rows * in);
      double[] bias = samples.normals(out);
      double[] product = ReferenceKernels.matMul(x, false, held, true, rows, in, out);
      Tensor input = samples.tensor(x, rows, in);
      samples.compare(
          "matMul with " + what, product, backend.matMul(input, false, weight, true), in);
      for (int i = 0; i < product.length; i++) {
        product[i] += bias[i % out];
      }
      samples.compare(
          "linear with " + what,
          ReferenceKernels.activate(Activation.SILU, product),
          backend.linear(input, weight, samples.tensor(bias, out), Activation.SILU),
          in);
    }
  }

  private static void gather(
      Backend backend, Samples samples, String what, Tensor weight, double[] held) {
    int n = weight.rows() + 3;
    int columns = weight.lastAxis();
    double[] table = samples.normals(2 * columns);
    int[] first = samples.indices(n, weight.rows());
    int[] second = samples.indices(n, 2);
    double[] expected = new double[n * columns];
    for (int i = 0; i < expected.length; i++) {
      int column = i % columns;
      expected[i] =
          held[first[i / columns] * columns + column]
              + table[second[i / columns] * columns + column];
    }
    samples.compare(
        "gatherSum of " + what,
        expected,
        backend.gatherSum(
            List.of(weight, samples.tensor(table, 2, columns)), List.of(first, second)),
        2);
  }

  /** What the format can hold of the values, by its definition. */
  private static double[] rounded(double[] values, int columns, WeightFormat format) {
    double[] held = values.clone();
    for (int row = 0; row < values.length / columns; row++) {
      double most = 0;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        most = Math.max(most, Math.abs(values[i]));
      }
      float scale = (float) most / 127;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        if (format == WeightFormat.BFLOAT16) {
          double step = Math.ulp((float) values[i]) * 0x1p16; // 8 bits instead of 24
          held[i] = Math.rint(values[i] / step) * step;
        } else if (format == WeightFormat.INT8) {
          held[i] = (float) (Math.rint(values[i] / scale) * scale);
        }
      }
    }
    return held;
  }
}
