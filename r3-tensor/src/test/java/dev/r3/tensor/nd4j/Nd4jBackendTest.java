package dev.r3.tensor.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.Activation;
import dev.r3.tensor.AttentionForm;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Normalized;
import dev.r3.tensor.Sequences;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.TestBackends;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only ND4J can get wrong; the kernels are checked with those of the other backends. */
class Nd4jBackendTest {
  private Backend doubles;

  @BeforeEach
  void open() {
    doubles = TestBackends.doubles();
  }

  @AfterEach
  void close() {
    if (doubles != null) { // null where the tests are skipped
      doubles.close();
    }
  }

  @Test
  void indicesOutsideTheTableAreFound() {
    Tensor table = doubles.zeros(new Shape(3, 2));
    assertThatThrownBy(() -> doubles.gatherSum(List.of(table), List.of(new int[] {0, 3})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Nd4jBackend.gatherSum: expected row indices from 0 to 2, got 3 at position 1");
    assertThatThrownBy(
            () -> doubles.scatterAdd(table, new int[] {-1}, doubles.zeros(new Shape(1, 2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Nd4jBackend.scatterAdd: expected row indices from 0 to 2, got -1 at position 0");
  }

  @Test
  void precisionsDoNotMix() {
    try (Backend floats = TestBackends.nd4j()) {
      Tensor x = floats.zeros(new Shape(2));
      assertThatThrownBy(() -> doubles.add(doubles.zeros(new Shape(2)), x))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Nd4jBackend: expected a tensor of DOUBLE, got one of FLOAT");
    }
  }

  @Test
  void tensorsOfOtherBackendsAreRefused() {
    try (Backend java = TestBackends.java()) {
      Tensor x = java.zeros(new Shape(2));
      assertThatThrownBy(() -> doubles.scale(x, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Nd4jBackend: expected a tensor of the nd4j backend, got one of");
    }
  }

  @Test
  void valuesMustFillTheShape() {
    assertThatThrownBy(() -> doubles.tensor(new Shape(2, 2), new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Nd4jBackend.tensor: expected 4 values for shape [2, 2], got 3");
    Tensor target = doubles.zeros(new Shape(4));
    assertThatThrownBy(() -> doubles.assign(target, new float[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Nd4jBackend.assign: expected 4 values for shape [4], got 5");
  }

  @Test
  void closeKeepingRefusesTheRootAndTensorsOfOtherScopes() {
    Tensor ofRoot = doubles.zeros(new Shape(1));
    assertThatThrownBy(() -> doubles.closeKeeping(ofRoot))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected a scope, got the root backend");
    try (Backend scope = doubles.scope();
        Backend sibling = doubles.scope()) {
      Tensor other = sibling.zeros(new Shape(1));
      assertThatThrownBy(() -> scope.closeKeeping(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("got one of another scope");
    }
  }

  @Test
  void emptyTensorsComputeToEmptyOnesAndZeros() {
    Tensor none = doubles.zeros(new Shape(0, 3));
    Tensor some = doubles.tensor(new Shape(2, 3), new double[6]);
    assertThat(doubles.add(none, none).shape()).isEqualTo(new Shape(0, 3));
    assertThat(doubles.softmax(none).toDoubles()).isEmpty();
    assertThat(doubles.linear(none, some, null, Activation.GELU).shape())
        .isEqualTo(new Shape(0, 2));
    assertThat(doubles.matMul(none, true, none, false).toDoubles()).containsOnly(0).hasSize(9);
    assertThat(doubles.sum(none).scalar()).isZero();
    assertThat(doubles.sumRows(none).toDoubles()).containsExactly(0, 0, 0);
    assertThat(doubles.squaredNorm(none)).isZero();
    assertThat(doubles.concatRows(List.of(none, some, none)).shape()).isEqualTo(new Shape(2, 3));
    assertThat(doubles.concatRows(List.of(none, none)).shape()).isEqualTo(new Shape(0, 3));
    assertThat(doubles.gatherSum(List.of(some), List.of(new int[0])).shape())
        .isEqualTo(new Shape(0, 3));
    doubles.scatterAdd(some, new int[0], none);
    assertThat(some.toDoubles()).containsOnly(0);
    Tensor gain = doubles.zeros(new Shape(3));
    Normalized norm = doubles.layerNorm(none, gain, gain, 1e-5);
    assertThat(doubles.layerNormBackward(none, none, gain, norm).get(1).toDoubles())
        .containsExactly(0, 0, 0);
  }

  /** Three hundred training-like passes of changing size end with no more native memory. */
  @Test
  void steadyPassesHoldTheirNativeMemory() {
    for (int pass = 0; pass < 100; pass++) {
      attend(20 + pass % 13);
    }
    long before = Pointer.totalBytes();
    for (int pass = 0; pass < 300; pass++) {
      attend(20 + pass % 13);
    }
    assertThat(Pointer.totalBytes() - before).isLessThan(1 << 20);
  }

  private void attend(int tokens) {
    try (Backend scope = doubles.scope()) {
      AttentionForm form = new AttentionForm(4, 2, 8, true);
      Sequences sequences = Sequences.ofLengths(tokens, 3, tokens);
      Tensor query = scope.zeros(new Shape(sequences.tokens(), form.queryWidth()));
      Tensor key = scope.zeros(new Shape(sequences.tokens(), form.keyWidth()));
      Tensor output = scope.attention(query, key, key, form, sequences, sequences).output();
      assertThat(scope.sum(output).scalar()).isZero();
    }
  }
}
