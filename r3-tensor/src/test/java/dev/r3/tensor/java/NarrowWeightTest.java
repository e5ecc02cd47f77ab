package dev.r3.tensor.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.WeightFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights in fewer bits against the same values in floats, bit by bit. */
class NarrowWeightTest {
  private static Tensor weight(Backend root, WeightFormat format, int rows, int columns) {
    float[] values = Variants.normals(3, rows * columns);
    return root.weight(
        new Shape(rows, columns),
        format,
        (start, count, target) -> System.arraycopy(values, start, target, 0, count));
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void productsAreThoseOfTheWidenedWeightBitByBit(String kernels, int threads) {
    try (Backend root = Variants.backend(kernels, threads);
        Backend scope = root.scope()) {
      for (WeightFormat format : List.of(WeightFormat.BFLOAT16, WeightFormat.INT8)) {
        for (int in : new int[] {1, 3, 6, 130, 1025}) {
          int out = in + 40;
          Tensor narrow = weight(root, format, out, in);
          Tensor wide = root.tensor(narrow.shape(), narrow.toFloats());
          Tensor bias = root.tensor(new Shape(out), Variants.normals(4, out));
          for (int rows : new int[] {1, 4, 16, 33, 140}) {
            Tensor x = scope.tensor(new Shape(rows, in), Variants.normals(5, rows * in));
            assertThat(scope.linear(x, narrow, bias, Activation.GELU).toFloats())
                .as("%s %d x %d x %d", format, rows, in, out)
                .isEqualTo(scope.linear(x, wide, bias, Activation.GELU).toFloats());
            assertThat(scope.matMul(x, false, narrow, true).toFloats())
                .isEqualTo(scope.matMul(x, false, wide, true).toFloats());
          }
          int[] rows = {out - 1, 0, out / 2, out - 1};
          assertThat(scope.gatherSum(List.of(narrow), List.of(rows)).toFloats())
              .isEqualTo(scope.gatherSum(List.of(wide), List.of(rows)).toFloats());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(WeightFormat.class)
  void partsOfAWeightReadAsTheWhole(WeightFormat format) {
    try (Backend root = Variants.backend("512", 1)) {
      Tensor weight = weight(root, format, 50, 7);
      float[] whole = weight.toFloats();
      float[] part = new float[100];
      weight.read(33, 100, part);
      for (int i = 0; i < part.length; i++) {
        assertThat(part[i]).isEqualTo(whole[33 + i]);
        assertThat(weight.toDoubles()[33 + i]).isEqualTo(part[i]);
      }
    }
  }

  @Test
  void aRowOfZerosAndItsNeighboursStayThemselves() {
    try (Backend root = Variants.backend("plain", 1)) {
      float[] values = {0, 0, 0, 127, -127, 2, 1e-45f, 0, -1e-45f};
      Tensor weight =
          root.weight(
              new Shape(3, 3),
              WeightFormat.INT8,
              (start, count, target) -> System.arraycopy(values, start, target, 0, count));
      assertThat(weight.toFloats()).containsExactly(0, 0, 0, 127, -127, 2, 0, 0, 0);
      assertThatThrownBy(
              () ->
                  root.weight(
                      new Shape(1, 1),
                      WeightFormat.INT8,
                      (start, count, target) -> target[0] = Float.NaN))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Int8Rows: expected finite elements, got NaN");
    }
  }

  @Test
  void otherKernelsSayThatTheyNeedFloats() {
    try (Backend root = Variants.backend("512", 1)) {
      Tensor narrow = weight(root, WeightFormat.BFLOAT16, 4, 4);
      Tensor x = root.zeros(new Shape(4, 4));
      String message =
          "JavaBackend: expected a tensor in float32, got the BFLOAT16 weight [4, 4], which only"
              + " linear, matMul with it as the transposed right side and gatherSum take; make it"
              + " WeightFormat.FULL for all else";
      List<Runnable> refused =
          List.of(
              () -> root.add(x, narrow),
              () -> root.matMul(x, false, narrow, false),
              () -> root.matMul(narrow, false, x, true),
              () -> root.combine(narrow, 1, x, 1),
              () -> root.linear(narrow, x, null, Activation.IDENTITY),
              () -> root.squaredNorm(narrow));
      assertThat(refused)
          .allSatisfy(
              kernel ->
                  assertThatThrownBy(kernel::run)
                      .isInstanceOf(IllegalArgumentException.class)
                      .hasMessage(message));
      assertThatThrownBy(
              () -> root.linear(x, narrow.withShape(new Shape(2, 8)), null, Activation.IDENTITY))
          .hasMessage(
              "JavaBackend: expected a BFLOAT16 weight under the shape it was made with, [4, 4],"
                  + " got [2, 8]");
      Backend scope = root.scope();
      scope.recycle(narrow);
      assertThat(scope.closeKeeping(narrow).toFloats()).hasSize(16);
    }
  }
}
