package dev.r3.tensor.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who owns a tensor, and until when it can be read, on every backend. */
class BackendMemoryTest {
  private static final String BACKENDS = "dev.r3.tensor.TestBackends#all";

  private static Tensor vector(Backend backend, double... values) {
    return backend.tensor(new Shape(values.length), values);
  }

  /** Takes and overwrites memory that the backend holds free. */
  private static void overwriteFreeMemory(Backend root) {
    try (Backend scope = root.scope()) {
      for (int size = 1; size < 100; size++) {
        float[] junk = new float[size];
        Arrays.fill(junk, 77);
        scope.assign(scope.zeros(new Shape(size)), junk);
      }
    }
  }

  private static void assertUnreadable(Backend backend, Tensor tensor) {
    assertThatThrownBy(tensor::toFloats)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected a tensor of an open ");
    assertThatThrownBy(tensor::toDoubles).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> backend.add(tensor, tensor)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void aTensorCannotBeReadAfterItsScopeCloses(Backend root) {
    Backend scope = root.scope();
    Tensor tensor = vector(scope, 1, 2);
    Tensor computed = scope.scale(tensor, 2);
    scope.close();
    assertUnreadable(root, tensor);
    assertUnreadable(root, computed);
    assertUnreadable(root, computed.withShape(new Shape(2, 1)));
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void aClosedScopeMakesNoTensorsAndClosesOnce(Backend root) {
    Backend scope = root.scope();
    scope.close();
    scope.close();
    assertThatThrownBy(() -> vector(scope, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> scope.zeros(new Shape(1))).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void tensorsOfARootOutliveScopes(Backend root) {
    Tensor tensor = vector(root, 1, 2, 3);
    try (Backend scope = root.scope()) {
      Tensor sum = scope.add(tensor, tensor);
      assertThat(sum.toDoubles()).containsExactly(2, 4, 6);
    }
    overwriteFreeMemory(root);
    assertThat(tensor.toDoubles()).containsExactly(1, 2, 3);
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void closeKeepingHandsOneTensorToTheRoot(Backend root) {
    Backend scope = root.scope();
    Tensor input = vector(scope, 1, 2, 3);
    Tensor kept = scope.scale(input, 2);
    assertThat(scope.closeKeeping(kept)).isSameAs(kept);
    assertUnreadable(root, input);
    overwriteFreeMemory(root);
    assertThat(kept.toDoubles()).containsExactly(2, 4, 6);
    assertThat(root.add(kept, kept).toDoubles()).containsExactly(4, 8, 12);
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void closeKeepingHandsOneTensorToTheScopeAround(Backend root) {
    Backend outer = root.scope();
    Backend inner = outer.scope();
    Tensor kept = inner.closeKeeping(vector(inner, 5, 6));
    overwriteFreeMemory(root);
    assertThat(kept.toDoubles()).containsExactly(5, 6);
    outer.close();
    assertUnreadable(root, kept);
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void closeKeepingAlsoKeepsThroughAnotherShape(Backend root) {
    Backend scope = root.scope();
    Tensor kept = scope.closeKeeping(vector(scope, 5, 6).withShape(new Shape(1, 2)));
    overwriteFreeMemory(root);
    assertThat(kept.shape()).isEqualTo(new Shape(1, 2));
    assertThat(kept.toDoubles()).containsExactly(5, 6);
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void closeKeepingATensorFromAroundClosesTheScopeOnly(Backend root) {
    Backend outer = root.scope();
    Tensor around = vector(outer, 1, 2);
    Backend inner = outer.scope();
    Tensor own = vector(inner, 3);
    assertThat(inner.closeKeeping(around)).isSameAs(around);
    assertUnreadable(root, own);
    assertThat(around.toDoubles()).containsExactly(1, 2);
    outer.close();
    assertUnreadable(root, around);
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void recycleEndsATensorOfTheScopeOnly(Backend root) {
    Tensor ofRoot = vector(root, 1);
    try (Backend outer = root.scope();
        Backend inner = outer.scope()) {
      Tensor ofOuter = vector(outer, 2);
      Tensor ofInner = vector(inner, 3);
      inner.recycle(ofRoot);
      inner.recycle(ofOuter);
      inner.recycle(ofInner);
      inner.recycle(ofInner);
      assertUnreadable(inner, ofInner);
      overwriteFreeMemory(root);
      assertThat(ofRoot.scalar()).isEqualTo(1);
      assertThat(ofOuter.scalar()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void aTensorUnderAnotherShapeSharesItsElements(Backend root) {
    try (Backend scope = root.scope()) {
      Tensor tensor = vector(scope, 1, 2, 3, 4);
      Tensor square = tensor.withShape(new Shape(2, 2));
      scope.combine(tensor, 2, tensor, 0);
      assertThat(square.toDoubles()).containsExactly(2, 4, 6, 8);
      scope.recycle(square);
      assertUnreadable(scope, tensor);
    }
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void memoryGoesRoundWithoutMixingTensors(Backend root) {
    Tensor total = root.zeros(new Shape(33));
    for (int pass = 1; pass <= 100; pass++) {
      try (Backend scope = root.scope()) {
        float[] values = new float[33];
        Arrays.fill(values, pass);
        Tensor x = scope.tensor(new Shape(33), values);
        Tensor doubled = scope.add(x, x);
        scope.recycle(x);
        Tensor tripled = scope.add(scope.scale(doubled, 0.5), doubled);
        scope.combine(total, 1, tripled, 1);
      }
    }
    assertThat(total.toDoubles()).containsOnly(3 * 5050);
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void manyThreadsEachWithItsScopeMayUseOneRoot(Backend root) throws Exception {
    Tensor shared = root.tensor(new Shape(17, 33), new Samples(root).normals(17 * 33));
    double[] expected = productWithItself(root, shared);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<double[]>> results = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        results.add(threads.submit(() -> productWithItself(root, shared)));
      }
      for (Future<double[]> result : results) {
        assertThat(result.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static double[] productWithItself(Backend root, Tensor x) {
    try (Backend scope = root.scope()) {
      return scope.softmax(scope.matMul(x, false, x, true)).toDoubles();
    }
  }
}
