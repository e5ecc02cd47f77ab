package dev.r3.tensor.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.r3.tensor.Activation;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.tensor.Precision;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Storage;
import dev.r3.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ownership of memory, and what holds for all kernels together. */
class JavaBackendTest {
  private final Backend root = Variants.backend("512", 2);

  private static Tensor vector(Backend backend, float... values) {
    return backend.tensor(new Shape(values.length), values);
  }

  @Test
  void tensorsOfAScopeEndWithIt() {
    Backend scope = root.scope();
    Tensor x = vector(scope, 1, 2);
    Tensor view = x.withShape(new Shape(2, 1));
    scope.close();
    String message =
        "Tensor: expected a tensor of an open pass, got one used after its pass closed; copy"
            + " results out before closing";
    assertThatThrownBy(x::toFloats).isInstanceOf(IllegalStateException.class).hasMessage(message);
    assertThatThrownBy(view::toDoubles).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> root.scale(x, 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> scope.zeros(new Shape(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("JavaBackend: expected an open backend, got one used after it closed");
    scope.close(); // again: nothing happens
  }

  @Test
  void closeKeepingHandsOneTensorToTheParent() {
    Backend outer = root.scope();
    Backend inner = outer.scope();
    Tensor kept = vector(inner, 1, 2, 3);
    Tensor dropped = vector(inner, 4);
    assertThat(inner.closeKeeping(kept)).isSameAs(kept);
    assertThatThrownBy(dropped::toFloats).isInstanceOf(IllegalStateException.class);
    Tensor other = outer.zeros(new Shape(3)); // must not get the kept array
    assertThat(kept.toFloats()).containsExactly(1, 2, 3);
    assertThat(other.toFloats()).containsExactly(0, 0, 0);
    assertThat(outer.closeKeeping(kept).toFloats()).containsExactly(1, 2, 3);
    assertThatThrownBy(other::toFloats).isInstanceOf(IllegalStateException.class);
    try (Backend later = root.scope()) {
      Tensor unrelated = later.zeros(new Shape(3));
      assertThat(unrelated.toFloats()).containsExactly(0, 0, 0);
      assertThat(kept.toFloats()).containsExactly(1, 2, 3);
    }
    assertThatThrownBy(() -> root.closeKeeping(kept))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("JavaBackend.closeKeeping: expected a scope, got the root backend");
  }

  @Test
  void closeKeepingLeavesATensorOfAnAncestorAlone() {
    Tensor weight = vector(root, 5);
    Backend scope = root.scope();
    assertThat(scope.closeKeeping(weight).toFloats()).containsExactly(5);
  }

  @Test
  void recycleGivesMemoryBackBeforeTheScopeCloses() {
    try (Backend scope = root.scope()) {
      Tensor x = scope.zeros(new Shape(1000));
      scope.recycle(x);
      assertThatThrownBy(x::toFloats).isInstanceOf(IllegalStateException.class);
      scope.recycle(x); // again: nothing happens, and the array is not given out twice
      Tensor y = scope.zeros(new Shape(1000));
      Tensor z = scope.broadcast(vector(scope, 1), new Shape(1000));
      assertThat(y.toFloats()).containsOnly(0);
      assertThat(z.toFloats()).containsOnly(1);
      Tensor weight = vector(root, 1);
      scope.recycle(weight); // of another owner
      assertThat(weight.toFloats()).containsExactly(1);
      try (Backend inner = scope.scope()) {
        inner.recycle(y);
        assertThat(y.toFloats()).containsOnly(0);
      }
    }
  }

  @Test
  void scopesReuseArrays() {
    FloatPool pool = new FloatPool(10_000);
    float[] first = pool.acquire(1000);
    pool.release(first);
    assertThat(pool.kept()).isEqualTo(first.length);
    assertThat(pool.acquire(999)).isSameAs(first);
    assertThat(pool.kept()).isZero();
    for (int size = 0; size < 5000; size++) {
      float[] array = pool.acquire(size);
      assertThat(array.length).isGreaterThanOrEqualTo(size);
      assertThat(array.length).isLessThanOrEqualTo(Math.max(64, size + size / 4));
      pool.release(array);
      assertThat(pool.acquire(size)).isSameAs(array);
    }
    pool.release(new float[64]);
    pool.release(pool.acquire(20_000)); // more than the pool may keep
    assertThat(pool.kept()).isLessThanOrEqualTo(10_000);
  }

  @Test
  void aSteadyPassAllocatesOnlyItsResult() {
    // vectors are objects until their loops are compiled; plain loops never allocate
    Backend plain = Variants.backend("plain", 1);
    Tensor weight = plain.tensor(new Shape(300, 300), Variants.normals(1, 90_000));
    float[] input = Variants.normals(2, 30_000);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 50; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      try (Backend scope = plain.scope()) {
        Tensor x = scope.tensor(new Shape(100, 300), input);
        Tensor y = scope.linear(x, weight, null, Activation.GELU);
        float[] unused = scope.matMul(y, true, x, false).toFloats();
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    long result = 300 * 300 * Float.BYTES;
    assertThat(least).isBetween(result, result + 20_000);
  }

  @Test
  void combineLeavesATermWithFactorZeroOut() {
    Tensor gradient = vector(root, Float.NaN, Float.POSITIVE_INFINITY, 1);
    root.combine(gradient, 0, gradient, 0);
    assertThat(gradient.toFloats()).containsExactly(0, 0, 0);
    Tensor broken = vector(root, Float.NaN, Float.NaN, Float.NaN);
    root.combine(broken, 0, vector(root, 1, 2, 3), 2);
    assertThat(broken.toFloats()).containsExactly(2, 4, 6);
    root.combine(broken, 0.5, gradient, 0);
    assertThat(broken.toFloats()).containsExactly(1, 2, 3);
  }

  @Test
  void misuseSaysWhatWasExpected() {
    assertThatThrownBy(() -> root.tensor(new Shape(3), new float[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("JavaBackend.tensor: expected 3 values for shape [3], got 2");
    assertThatThrownBy(() -> root.assign(root.zeros(new Shape(2)), new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("JavaBackend.assign: expected 2 values for shape [2], got 3");
    Storage foreign =
        new Storage() {
          @Override
          public void copyTo(int start, int count, float[] target) {}

          @Override
          public void copyTo(int start, int count, double[] target) {}
        };
    assertThatThrownBy(() -> root.sum(new Tensor(new Shape(1), foreign)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("JavaBackend: expected a tensor of a java backend, got Tensor[1]");
  }

  @Test
  void theProviderOpensItInFloatOnly() {
    try (Backend backend = Backends.open("java", Precision.FLOAT32, 3)) {
      assertThat(backend.name()).isEqualTo("java");
      assertThat(backend.precision()).isEqualTo(Precision.FLOAT32);
      assertThat(backend.description()).contains("3 threads");
    }
    assertThatThrownBy(() -> Backends.open("java", Precision.FLOAT64, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("JavaProvider.open: expected FLOAT32, got FLOAT64; use the nd4j backend");
    assertThatThrownBy(() -> Backends.open("java", Precision.FLOAT32, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("JavaProvider.open: expected threads of at least 0, got -1");
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void resultsRepeatBitByBitAndDoNotDependOnThreads(String kernels, int threads) {
    float[] reference = step(kernels, 1);
    for (int round = 0; round < 3; round++) {
      assertThat(step(kernels, threads)).isEqualTo(reference);
    }
  }

  private static float[] step(String kernels, int threads) {
    int tokens = 300;
    int hidden = 130;
    Shape row = new Shape(1, hidden);
    try (Backend backend = Variants.backend(kernels, threads)) {
      Tensor weight =
          backend.tensor(new Shape(hidden, hidden), Variants.normals(1, hidden * hidden));
      Tensor gain = vector(backend, Variants.normals(2, hidden));
      try (Backend scope = backend.scope()) {
        Tensor x = scope.tensor(new Shape(tokens, hidden), Variants.normals(3, tokens * hidden));
        Tensor y = scope.linear(x, weight, gain, Activation.GELU);
        List<Tensor> grads =
            scope.layerNormBackward(x, y, gain, scope.layerNorm(y, gain, gain, 1e-5));
        Tensor gradWeight = scope.matMul(grads.get(0), true, x, false);
        int[] rows = IntStream.range(0, tokens).map(i -> i % 7).toArray();
        scope.scatterAdd(gradWeight, rows, y);
        Tensor sums = scope.concatRows(List.of(gradWeight, scope.sumRows(y).withShape(row)));
        return scope.concatRows(List.of(sums, scope.broadcast(scope.sum(y), row))).toFloats();
      }
    }
  }

  @Test
  void manyThreadsMayUseOneRoot() throws InterruptedException {
    Tensor weight = root.tensor(new Shape(200, 200), Variants.normals(1, 40_000));
    float[] input = Variants.normals(2, 20_000);
    float[] expected = forward(weight, input);
    Tensor fresh = root.tensor(new Shape(200, 200), weight.toFloats()); // not packed yet
    List<Thread> threads = new ArrayList<>();
    List<float[]> results = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (int round = 0; round < 20; round++) {
                  results.add(forward(fresh, input));
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(results).hasSize(80).allSatisfy(result -> assertThat(result).isEqualTo(expected));
  }

  private float[] forward(Tensor weight, float[] input) {
    try (Backend scope = root.scope()) {
      Tensor x = scope.tensor(new Shape(100, 200), input);
      return scope.linear(x, weight, null, Activation.SILU).toFloats();
    }
  }
}
