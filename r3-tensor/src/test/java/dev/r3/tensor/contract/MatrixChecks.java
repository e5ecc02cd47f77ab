package dev.r3.tensor.contract;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Tensor;
import java.util.List;

/** Products of matrices. */
final class MatrixChecks {
  private MatrixChecks() {}

  static List<Check> all() {
    return List.of(
        new Check("matMul", MatrixChecks::matMul), new Check("linear", MatrixChecks::linear));
  }

  private static void matMul(Backend backend, Samples samples) {
    int[] sizes = Samples.SIZES;
    for (int i = 0; i < sizes.length; i++) {
      for (int j = 0; j < sizes.length; j++) {
        for (int form = 0; form < 4; form++) {
          int m = sizes[i];
          int n = sizes[j];
          int k = sizes[(3 * i + 5 * j + form) % sizes.length];
          boolean transposeA = form % 2 == 1;
          boolean transposeB = form / 2 == 1;
          double[] a = samples.normals(m * k);
          double[] b = samples.normals(k * n);
          Tensor product =
              backend.matMul(
                  transposeA ? samples.tensor(a, k, m) : samples.tensor(a, m, k),
                  transposeA,
                  transposeB ? samples.tensor(b, n, k) : samples.tensor(b, k, n),
                  transposeB);
          Samples.shape("matMul", product, m, n);
          samples.compare(
              "matMul " + m + "x" + k + "x" + n + ", form " + form,
              ReferenceKernels.matMul(a, transposeA, b, transposeB, m, k, n),
              product,
              k);
        }
      }
    }
  }

  private static void linear(Backend backend, Samples samples) {
    for (Activation activation : Activation.values()) {
      for (int rows : new int[] {1, 3, 17, 49}) {
        for (int in : new int[] {1, 7, 33, 100}) {
          int out = rows + in;
          double[] x = samples.normals(rows * in);
          double[] weight = samples.normals(out * in);
          double[] bias = samples.normals(out);
          double[] product = ReferenceKernels.matMul(x, false, weight, true, rows, in, out);
          String what = "linear " + activation + " " + rows + "x" + in + "x" + out;
          samples.compare(
              what + " without bias",
              ReferenceKernels.activate(activation, product),
              backend.linear(
                  samples.tensor(x, rows, in), samples.tensor(weight, out, in), null, activation),
              in);
          for (int i = 0; i < product.length; i++) {
            product[i] += bias[i % out];
          }
          Tensor y =
              backend.linear(
                  samples.tensor(x, rows, in),
                  samples.tensor(weight, out, in),
                  samples.tensor(bias, out),
                  activation);
          Samples.shape("linear", y, rows, out);
          samples.compare(what, ReferenceKernels.activate(activation, product), y, in);
        }
      }
    }
  }
}
