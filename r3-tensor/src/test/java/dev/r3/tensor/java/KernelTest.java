package dev.r3.tensor.java;

import static dev.r3.tensor.java.Near.assertNear;
import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.tensor.AdamWStep;
import dev.r3.tensor.Backend;
import dev.r3.tensor.CrossEntropy;
import dev.r3.tensor.Normalized;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Sequences;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kernels over rows against double loops, at odd sizes. */
class KernelTest {
  private static final int[] ROWS = {1, 3, 17, 129};

  private interface Case {
    void run(Backend scope, int rows, int columns);
  }

  private static void atOddSizes(String kernels, int threads, Case body) {
    try (Backend root = Variants.backend(kernels, threads)) {
      for (int rows : ROWS) {
        for (int columns : Variants.SIZES) {
          try (Backend scope = root.scope()) {
            body.run(scope, rows, columns);
          }
        }
      }
      try (Backend scope = root.scope()) { // enough work for several tasks
        body.run(scope, 700, 384);
      }
    }
  }

  private static Tensor matrix(Backend scope, float[] values, int columns) {
    return scope.tensor(new Shape(values.length / columns, columns), values);
  }

  private static Tensor vector(Backend scope, float[] values) {
    return scope.tensor(new Shape(values.length), values);
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void elementwiseArithmetic(String kernels, int threads) {
    atOddSizes(
        kernels,
        threads,
        (scope, rows, columns) -> {
          float[] a = Variants.normals(1, rows * columns);
          float[] b = Variants.normals(2, rows * columns);
          Tensor x = matrix(scope, a, columns);
          Tensor y = matrix(scope, b, columns);
          double[] sum = new double[a.length];
          double[] difference = new double[a.length];
          double[] product = new double[a.length];
          double[] scaled = new double[a.length];
          double[] combined = new double[a.length];
          double[] rowScaled = new double[a.length];
          double[] swiGlu = new double[a.length];
          double[] gradGate = new double[a.length];
          double[] gradUp = new double[a.length];
          float[] g = Variants.normals(3, a.length);
          for (int i = 0; i < a.length; i++) {
            double s = 1 / (1 + Math.exp(-a[i]));
            sum[i] = a[i] + b[i];
            difference[i] = a[i] - b[i];
            product[i] = a[i] * b[i];
            scaled[i] = a[i] * 0.3;
            combined[i] = 0.7 * a[i] - 1.5 * b[i];
            rowScaled[i] = a[i] * b[i / columns];
            swiGlu[i] = a[i] * s * b[i];
            gradGate[i] = g[i] * b[i] * s * (1 + a[i] * (1 - s));
            gradUp[i] = g[i] * a[i] * s;
          }
          assertNear("add", scope.add(x, y).toFloats(), sum, 1e-6);
          assertNear("subtract", scope.subtract(x, y).toFloats(), difference, 1e-6);
          assertNear("multiply", scope.multiply(x, y).toFloats(), product, 1e-6);
          assertNear("scale", scope.scale(x, 0.3).toFloats(), scaled, 1e-6);
          Tensor factors = vector(scope, Arrays.copyOf(b, rows));
          assertNear("scaleRows", scope.scaleRows(x, factors).toFloats(), rowScaled, 1e-6);
          assertNear("swiGlu", scope.swiGlu(x, y).toFloats(), swiGlu, 2e-6);
          List<Tensor> grads = scope.swiGluBackward(matrix(scope, g, columns), x, y);
          assertNear("gradGate", grads.get(0).toFloats(), gradGate, 2e-6);
          assertNear("gradUp", grads.get(1).toFloats(), gradUp, 2e-6);
          scope.combine(x, 0.7, y, -1.5);
          assertNear("combine", x.toFloats(), combined, 1e-6);
          assertThat(
                  scope.broadcast(scope.tensor(new Shape(), new float[] {3}), x.shape()).toFloats())
              .containsOnly(3);
        });
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void reductions(String kernels, int threads) {
    atOddSizes(
        kernels,
        threads,
        (scope, rows, columns) -> {
          float[] a = Variants.normals(4, rows * columns);
          Tensor x = matrix(scope, a, columns);
          double sum = 0;
          double squares = 0;
          double[] columnSums = new double[columns];
          for (int i = 0; i < a.length; i++) {
            sum += a[i];
            squares += (double) a[i] * a[i];
            columnSums[i % columns] += a[i];
          }
          assertNear("sum", scope.sum(x).toFloats(), new double[] {sum}, 1e-6);
          assertThat(scope.squaredNorm(x)).isCloseTo(squares, Offset.offset(1e-9 * squares));
          assertNear("sumRows", scope.sumRows(x).toFloats(), columnSums, 1e-5);
        });
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void softmaxAndCrossEntropy(String kernels, int threads) {
    atOddSizes(
        kernels,
        threads,
        (scope, rows, columns) -> {
          float[] a = Variants.normals(5, rows * columns);
          float[] y = Variants.normals(6, rows * columns);
          float[] g = Variants.normals(7, rows);
          double[] p = new double[a.length];
          double[] logSums = new double[rows];
          double[] losses = new double[rows];
          double[] gradients = new double[a.length];
          for (int i = 0; i < a.length; i++) {
            a[i] *= 5;
            y[i] = Math.abs(y[i]) / columns;
            if (i % columns > 0 && i % 5 == 0) { // masked
              a[i] = Float.NEGATIVE_INFINITY;
              y[i] = 0;
            }
          }
          for (int row = 0; row < rows; row++) {
            double sum = 0;
            double mass = 0;
            for (int i = row * columns; i < (row + 1) * columns; i++) {
              sum += Math.exp(a[i]);
              mass += y[i];
            }
            logSums[row] = Math.log(sum);
            for (int i = row * columns; i < (row + 1) * columns; i++) {
              p[i] = Math.exp(a[i]) / sum;
              losses[row] += y[i] == 0 ? 0 : y[i] * (logSums[row] - a[i]);
              gradients[i] = (p[i] * mass - y[i]) * g[row];
            }
          }
          Tensor x = matrix(scope, a, columns);
          Tensor targets = matrix(scope, y, columns);
          assertNear("logSumExp", scope.logSumExp(x).toFloats(), logSums, 2e-6);
          assertNear("softmax", scope.softmax(x).toFloats(), p, 2e-6);
          CrossEntropy forward = scope.softmaxCrossEntropy(x, targets);
          assertNear("losses", forward.losses().toFloats(), losses, 4e-6);
          assertNear("probabilities", forward.probabilities().toFloats(), p, 2e-6);
          assertNear(
              "gradients",
              scope.softmaxCrossEntropyBackward(vector(scope, g), targets, forward).toFloats(),
              gradients,
              4e-6);
        });
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void aRowOfMinusInfinityHasNoMassAndNoNan(String kernels, int threads) {
    try (Backend root = Variants.backend(kernels, threads)) {
      float[] masked = new float[40];
      Arrays.fill(masked, Float.NEGATIVE_INFINITY);
      Tensor x = matrix(root, masked, 40);
      assertThat(root.logSumExp(x).toFloats()).containsExactly(Float.NEGATIVE_INFINITY);
      CrossEntropy forward = root.softmaxCrossEntropy(x, root.zeros(x.shape()));
      assertThat(forward.losses().toFloats()).containsExactly(0);
      assertThat(forward.probabilities().toFloats()).containsOnly(0);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void normalisations(String kernels, int threads) {
    double epsilon = 1e-2;
    atOddSizes(
        kernels,
        threads,
        (scope, rows, columns) -> {
          float[] a = Variants.normals(8, rows * columns);
          float[] residual = Variants.normals(9, rows * columns);
          float[] gain = Variants.normals(10, columns);
          float[] bias = Variants.normals(11, columns);
          float[] g = Variants.normals(12, rows * columns);
          for (int i = 0; i < a.length; i++) {
            a[i] = 2 * a[i] + 3;
          }
          Tensor x = matrix(scope, a, columns);
          Tensor gradOutput = matrix(scope, g, columns);
          Tensor scale = vector(scope, gain);
          Tensor offset = vector(scope, bias);

          Norm layer = Norm.of(a, g, gain, bias, columns, epsilon, true);
          Normalized forward = scope.layerNorm(x, scale, offset, epsilon);
          assertNear("layerNorm", forward.output().toFloats(), layer.output, 1e-5);
          List<Tensor> grads = scope.layerNormBackward(gradOutput, x, scale, forward);
          assertNear("layerNorm gradX", grads.get(0).toFloats(), layer.gradX, 2e-4);
          assertNear("layerNorm gradGain", grads.get(1).toFloats(), layer.gradGain, 3e-5);
          assertNear("layerNorm gradBias", grads.get(2).toFloats(), layer.gradBias, 3e-5);

          float[] sum = new float[a.length];
          for (int i = 0; i < a.length; i++) {
            sum[i] = a[i] + residual[i];
          }
          assertNear(
              "addLayerNorm",
              scope
                  .addLayerNorm(x, matrix(scope, residual, columns), scale, offset, epsilon)
                  .toFloats(),
              Norm.of(sum, g, gain, bias, columns, epsilon, true).output,
              1e-5);

          Norm rms = Norm.of(a, g, gain, new float[columns], columns, epsilon, false);
          forward = scope.rmsNorm(x, scale, epsilon);
          assertNear("rmsNorm", forward.output().toFloats(), rms.output, 1e-5);
          grads = scope.rmsNormBackward(gradOutput, x, scale, forward);
          assertNear("rmsNorm gradX", grads.get(0).toFloats(), rms.gradX, 3e-5);
          assertNear("rmsNorm gradGain", grads.get(1).toFloats(), rms.gradGain, 3e-5);
        });
  }

  /** LayerNorm, or RMSNorm where not centred, and their gradients in double. */
  private record Norm(double[] output, double[] gradX, double[] gradGain, double[] gradBias) {
    static Norm of(
        float[] x, float[] g, float[] gain, float[] bias, int n, double epsilon, boolean centred) {
      Norm norm =
          new Norm(new double[x.length], new double[x.length], new double[n], new double[n]);
      for (int start = 0; start < x.length; start += n) {
        double mean = 0;
        for (int i = 0; i < n && centred; i++) {
          mean += (double) x[start + i] / n;
        }
        double variance = 0;
        for (int i = 0; i < n; i++) {
          variance += (x[start + i] - mean) * (x[start + i] - mean) / n;
        }
        double inverse = 1 / Math.sqrt(variance + epsilon);
        double meanGrad = 0;
        double meanNormal = 0;
        for (int i = 0; i < n; i++) {
          double normal = (x[start + i] - mean) * inverse;
          norm.output[start + i] = normal * gain[i] + bias[i];
          norm.gradGain[i] += g[start + i] * normal;
          norm.gradBias[i] += g[start + i];
          meanGrad += g[start + i] * gain[i] / n;
          meanNormal += g[start + i] * gain[i] * normal / n;
        }
        for (int i = 0; i < n; i++) {
          double normal = (x[start + i] - mean) * inverse;
          norm.gradX[start + i] =
              inverse * (g[start + i] * gain[i] - (centred ? meanGrad : 0) - normal * meanNormal);
        }
      }
      return norm;
    }
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void l2Normalize(String kernels, int threads) {
    atOddSizes(
        kernels,
        threads,
        (scope, rows, columns) -> {
          float[] a = Variants.normals(13, rows * columns);
          float[] g = Variants.normals(14, rows * columns);
          Arrays.fill(a, 0, columns, 0); // the first row is too short to normalise
          a[0] = 1e-4f;
          double epsilon = 1e-3;
          double[] output = new double[a.length];
          double[] gradients = new double[a.length];
          for (int start = 0; start < a.length; start += columns) {
            double squares = 0;
            double along = 0;
            for (int i = start; i < start + columns; i++) {
              squares += (double) a[i] * a[i];
            }
            double inverse = 1 / Math.max(Math.sqrt(squares), epsilon);
            for (int i = start; i < start + columns; i++) {
              output[i] = a[i] * inverse;
              along += output[i] * g[i];
            }
            for (int i = start; i < start + columns; i++) {
              gradients[i] =
                  inverse * (g[i] - (Math.sqrt(squares) < epsilon ? 0 : output[i] * along));
            }
          }
          Normalized forward = scope.l2Normalize(matrix(scope, a, columns), epsilon);
          assertNear("output", forward.output().toFloats(), output, 2e-6);
          assertNear(
              "gradients",
              scope.l2NormalizeBackward(matrix(scope, g, columns), forward).toFloats(),
              gradients,
              2e-4);
        });
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void gatherScatterAndConcat(String kernels, int threads) {
    atOddSizes(
        kernels,
        threads,
        (scope, rows, columns) -> {
          float[] words = Variants.normals(15, rows * columns);
          float[] types = Variants.normals(16, 2 * columns);
          int n = rows + 5;
          int[] wordIndices = new int[n];
          int[] typeIndices = new int[n];
          double[] gathered = new double[n * columns];
          double[] scattered = new double[rows * columns];
          float[] values = Variants.normals(17, n * columns);
          for (int i = 0; i < n; i++) {
            wordIndices[i] = (7 * i) % rows % 4;
            typeIndices[i] = i % 2;
            for (int j = 0; j < columns; j++) {
              gathered[i * columns + j] =
                  words[wordIndices[i] * columns + j] + types[typeIndices[i] * columns + j];
              scattered[wordIndices[i] * columns + j] += values[i * columns + j];
            }
          }
          Tensor table = matrix(scope, words, columns);
          Tensor others = matrix(scope, types, columns);
          assertNear(
              "gatherSum",
              scope.gatherSum(List.of(table, others), List.of(wordIndices, typeIndices)).toFloats(),
              gathered,
              1e-6);
          Tensor target = scope.zeros(table.shape());
          scope.scatterAdd(target, wordIndices, matrix(scope, values, columns));
          assertNear("scatterAdd", target.toFloats(), scattered, 1e-5);
          float[] both = Arrays.copyOf(words, words.length + types.length);
          System.arraycopy(types, 0, both, words.length, types.length);
          assertThat(scope.concatRows(List.of(table, others)).toFloats()).isEqualTo(both);
        });
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void pooling(String kernels, int threads) {
    Sequences sequences = Sequences.ofLengths(1, 3, 17, 2, 129);
    try (Backend root = Variants.backend(kernels, threads)) {
      for (int columns : Variants.SIZES) {
        try (Backend scope = root.scope()) {
          float[] a = Variants.normals(18, sequences.tokens() * columns);
          float[] g = Variants.normals(19, sequences.count() * columns);
          for (Pooling pooling : Pooling.values()) {
            double[] pooled = new double[g.length];
            double[] gradients = new double[a.length];
            for (int i = 0; i < sequences.count(); i++) {
              for (int row = sequences.start(i); row < sequences.end(i); row++) {
                double share =
                    switch (pooling) {
                      case MEAN -> 1.0 / sequences.length(i);
                      case CLS -> row == sequences.start(i) ? 1 : 0;
                      case LAST -> row == sequences.end(i) - 1 ? 1 : 0;
                    };
                for (int j = 0; j < columns; j++) {
                  pooled[i * columns + j] += share * a[row * columns + j];
                  gradients[row * columns + j] = share * g[i * columns + j];
                }
              }
            }
            assertNear(
                pooling + " forward",
                scope.pool(pooling, matrix(scope, a, columns), sequences).toFloats(),
                pooled,
                1e-5);
            assertNear(
                pooling + " backward",
                scope.poolBackward(pooling, matrix(scope, g, columns), sequences).toFloats(),
                gradients,
                1e-6);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void rotary(String kernels, int threads) {
    int heads = 3;
    double theta = 10_000;
    int[] positions = {0, 1, 2, 500, 3, (1 << 17) + 5};
    try (Backend root = Variants.backend(kernels, threads)) {
      for (int headSize : new int[] {2, 6, 32, 34, 128}) {
        int columns = heads * headSize;
        float[] a = Variants.normals(20, positions.length * columns);
        double[] expected = new double[a.length];
        for (int start = 0; start < a.length; start += headSize) {
          for (int i = 0; i < headSize / 2; i++) {
            double angle = positions[start / columns] * Math.pow(theta, -2.0 * i / headSize);
            double first = a[start + i];
            double second = a[start + headSize / 2 + i];
            expected[start + i] = first * Math.cos(angle) - second * Math.sin(angle);
            expected[start + headSize / 2 + i] = second * Math.cos(angle) + first * Math.sin(angle);
          }
        }
        Tensor x = matrix(root, a, columns);
        Tensor turned = root.rotary(x, positions, headSize, theta, false);
        assertNear("rotary", turned.toFloats(), expected, 1e-6);
        double[] back = x.toDoubles();
        assertNear(
            "inverse",
            root.rotary(turned, positions, headSize, theta, true).toFloats(),
            back,
            1e-6);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void adamWFollowsTheFormula(String kernels, int threads) {
    atOddSizes(
        kernels,
        threads,
        (scope, rows, columns) -> {
          int n = rows * columns;
          for (double beta1 : new double[] {0.9, 0.3}) {
            float[] p = Variants.normals(21, n);
            float[] g = Variants.normals(22, n);
            double[] expected = new double[n];
            double[] m = new double[n];
            double[] v = new double[n];
            Tensor parameter = matrix(scope, p, columns);
            Tensor moment1 = scope.zeros(parameter.shape());
            Tensor moment2 = scope.zeros(parameter.shape());
            for (int i = 0; i < n; i++) {
              expected[i] = p[i];
            }
            for (int step = 1; step <= 3; step++) {
              scope.adamW(
                  parameter,
                  matrix(scope, g, columns),
                  moment1,
                  moment2,
                  new AdamWStep(0.01, beta1, 0.99, 1e-8, 0.1, step, 0.5));
              for (int i = 0; i < n; i++) {
                m[i] = beta1 * m[i] + (1 - beta1) * 0.5 * g[i];
                v[i] = 0.99 * v[i] + 0.01 * 0.25 * g[i] * g[i];
                double corrected = v[i] / (1 - Math.pow(0.99, step));
                expected[i] =
                    expected[i] * (1 - 0.01 * 0.1)
                        - 0.01
                            * (m[i] / (1 - Math.pow(beta1, step)))
                            / (Math.sqrt(corrected) + 1e-8);
              }
            }
            assertNear("parameter", parameter.toFloats(), expected, 2e-6);
            assertNear("moment1", moment1.toFloats(), m, 1e-6);
            assertNear("moment2", moment2.toFloats(), v, 1e-6);
          }
        });
  }
}
