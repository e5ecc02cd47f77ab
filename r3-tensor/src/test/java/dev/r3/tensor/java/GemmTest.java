package dev.r3.tensor.java;

import static dev.r3.tensor.java.Near.assertNear;
import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.tensor.Activation;
import dev.r3.tensor.AdamWStep;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GemmTest {
  private static double[] product(
      float[] a, boolean transposeA, float[] b, boolean transposeB, int m, int n, int k) {
    double[] c = new double[m * n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int p = 0; p < k; p++) {
          sum +=
              (double) a[transposeA ? p * m + i : i * k + p]
                  * b[transposeB ? j * k + p : p * n + j];
        }
        c[i * n + j] = sum;
      }
    }
    return c;
  }

  private static void check(Backend root, int m, int n, int k) {
    float[] a = Variants.normals(m * 31 + k, m * k);
    float[] b = Variants.normals(n * 17 + k, n * k);
    for (boolean transposeA : new boolean[] {false, true}) {
      for (boolean transposeB : new boolean[] {false, true}) {
        double[] expected = product(a, transposeA, b, transposeB, m, n, k);
        String what = m + "x" + k + "x" + n + " " + transposeA + " " + transposeB;
        Shape shapeA = transposeA ? new Shape(k, m) : new Shape(m, k);
        Shape shapeB = transposeB ? new Shape(n, k) : new Shape(k, n);
        double tolerance = 1e-6 * (4 + Math.sqrt(k) * 4);
        Tensor kept = root.tensor(shapeB, b);
        try (Backend scope = root.scope()) {
          Tensor left = scope.tensor(shapeA, a);
          Tensor right = scope.tensor(shapeB, b);
          float[] once = scope.matMul(left, transposeA, right, transposeB).toFloats();
          float[] cached = scope.matMul(left, transposeA, kept, transposeB).toFloats();
          assertNear(what, once, expected, tolerance);
          assertThat(cached).as(what + " packed once").isEqualTo(once);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void productsMatchDoubleLoopsAtOddSizes(String kernels, int threads) {
    try (Backend root = Variants.backend(kernels, threads)) {
      for (int m : Variants.SIZES) {
        for (int n : new int[] {1, 7, 33, 49, 129}) {
          for (int k : new int[] {1, 3, 17, 100}) {
            check(root, m, n, k);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void deepProductsCrossDepthSlices(String kernels, int threads) {
    try (Backend root = Variants.backend(kernels, threads)) {
      check(root, 13, 50, 1100);
      check(root, 270, 97, 513);
      check(root, 9, 1500, 1537); // more than one packed slice
    }
  }

  @Test
  void noDepthGivesZeros() {
    try (Backend root = Variants.backend("plain", 1);
        Backend scope = root.scope()) {
      Tensor c =
          scope.matMul(scope.zeros(new Shape(0, 2)), true, scope.zeros(new Shape(0, 3)), false);
      assertThat(c.toFloats()).containsOnly(0).hasSize(6);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void linearAddsTheBiasBeforeTheActivation(String kernels, int threads) {
    try (Backend root = Variants.backend(kernels, threads)) {
      int rows = 37;
      int in = 29;
      int out = 101;
      float[] x = Variants.normals(1, rows * in);
      float[] weight = Variants.normals(2, out * in);
      float[] bias = Variants.normals(3, out);
      double[] expected = product(x, false, weight, true, rows, out, in);
      for (int i = 0; i < expected.length; i++) {
        expected[i] = Math.tanh(expected[i] + bias[i % out]);
      }
      Tensor kept = root.tensor(new Shape(out, in), weight);
      try (Backend scope = root.scope()) {
        Tensor input = scope.tensor(new Shape(rows, in), x);
        Tensor offset = scope.tensor(new Shape(out), bias);
        Tensor passing = scope.tensor(new Shape(out, in), weight);
        assertNear(
            "kept", scope.linear(input, kept, offset, Activation.TANH).toFloats(), expected, 1e-5);
        assertNear(
            "passing",
            scope.linear(input, passing, offset, Activation.TANH).toFloats(),
            expected,
            1e-5);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void aRowDoesNotDependOnTheOthers(String kernels, int threads) {
    try (Backend root = Variants.backend(kernels, threads);
        Backend scope = root.scope()) {
      int in = 700;
      int out = 130;
      float[] x = Variants.normals(4, 50 * in);
      Tensor weight = root.tensor(new Shape(out, in), Variants.normals(5, out * in));
      float[] all =
          scope
              .linear(scope.tensor(new Shape(50, in), x), weight, null, Activation.GELU)
              .toFloats();
      for (int row : new int[] {0, 7, 8, 49}) {
        Tensor alone =
            scope.tensor(new Shape(1, in), Arrays.copyOfRange(x, row * in, (row + 1) * in));
        assertThat(scope.linear(alone, weight, null, Activation.GELU).toFloats())
            .isEqualTo(Arrays.copyOfRange(all, row * out, (row + 1) * out));
      }
    }
  }

  @Test
  void onlyAWeightThatMeetsFewRowsKeepsAPackedCopy() {
    try (Backend root = Variants.backend("512", 1);
        Backend scope = root.scope()) {
      Tensor weight = root.tensor(new Shape(3, 2), new float[] {1, 2, 3, 4, 5, 6});
      FloatStorage storage = (FloatStorage) weight.storage();
      Tensor many = scope.zeros(new Shape(5000, 2));
      Tensor few = scope.tensor(new Shape(1, 2), new float[] {1, 10});
      Tensor y = scope.linear(many, weight, null, Activation.IDENTITY);
      assertThat(scope.matMul(y, false, weight, false).shape()).isEqualTo(many.shape());
      assertThat(scope.matMul(many, false, weight, true).shape()).isEqualTo(y.shape());
      assertThat(storage.keptPanels(2, 3)).isNull();

      assertThat(scope.linear(few, weight, null, Activation.IDENTITY).toFloats())
          .containsExactly(21, 43, 65);
      Panels kept = storage.keptPanels(2, 3);
      assertThat(kept).isNotNull();
      assertThat(scope.matMul(few, false, weight, true).toFloats()).containsExactly(21, 43, 65);
      assertThat(storage.keptPanels(2, 3)).isSameAs(kept);
      assertThat(storage.keptPanels(3, 2)).isNull(); // the same elements under another shape
      scope.combine(weight, 2, weight, 0);
      assertThat(storage.keptPanels(2, 3)).isNull();
      assertThat(scope.linear(few, weight, null, Activation.IDENTITY).toFloats())
          .containsExactly(42, 86, 130);
      assertThat(storage.keptPanels(2, 3)).isSameAs(kept);
    }
  }

  @Test
  void packedPanelsFollowEveryInPlaceChange() {
    try (Backend root = Variants.backend("512", 2)) {
      Tensor weight = root.tensor(new Shape(1, 1), new float[] {2});
      Tensor x = root.tensor(new Shape(1, 1), new float[] {1});
      assertThat(product(root, x, weight)).isEqualTo(2);
      root.assign(weight, new float[] {3});
      assertThat(product(root, x, weight)).isEqualTo(3);
      root.combine(weight, 2, x, 1);
      assertThat(product(root, x, weight)).isEqualTo(7);
      root.scatterAdd(weight, new int[] {0, 0}, root.tensor(new Shape(2, 1), new float[] {1, 4}));
      assertThat(product(root, x, weight)).isEqualTo(12);
      Tensor moment1 = root.zeros(new Shape(1, 1));
      Tensor moment2 = root.zeros(new Shape(1, 1));
      root.adamW(weight, x, moment1, moment2, new AdamWStep(0.5, 0.9, 0.999, 0, 0, 1, 1));
      assertThat(product(root, x, weight)).isEqualTo(11.5f);
    }
  }

  private static float product(Backend root, Tensor x, Tensor weight) {
    float upright = root.matMul(x, false, weight, false).toFloats()[0];
    float transposed = root.linear(x, weight, null, Activation.IDENTITY).toFloats()[0];
    assertThat(upright).isEqualTo(transposed);
    return upright;
  }
}
