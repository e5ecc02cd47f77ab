package dev.r3.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.TestBackends;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private static final int SIZE = 20_000;

  private Backend backend;
  private Tensor ones;

  @BeforeEach
  void open() {
    backend = TestBackends.java();
    float[] values = new float[SIZE];
    Arrays.fill(values, 1);
    ones = backend.tensor(new Shape(200, 100), values);
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private float[] dropped(long seed, long step) {
    try (Pass pass = Pass.training(backend, seed, step)) {
      return Dropout.apply(pass, ones, 0.2).toFloats();
    }
  }

  @Test
  void zeroesTheShareItIsToldAndKeepsTheMean() {
    float[] y = dropped(1, 1);
    int zeros = 0;
    for (float value : y) {
      assertThat(value).isIn(0f, 1.25f);
      zeros += value == 0 ? 1 : 0;
    }
    double deviation = Math.sqrt(SIZE * 0.2 * 0.8);
    assertThat((double) zeros).isCloseTo(SIZE * 0.2, within(4 * deviation));
  }

  @Test
  void isAFunctionOfSeedAndStep() {
    assertThat(dropped(1, 1)).isEqualTo(dropped(1, 1));
    assertThat(dropped(1, 1)).isNotEqualTo(dropped(1, 2));
    assertThat(dropped(1, 1)).isNotEqualTo(dropped(2, 1));
  }

  @Test
  void twoDropoutsOfAPassDiffer() {
    try (Pass pass = Pass.training(backend, 1, 1)) {
      float[] first = Dropout.apply(pass, ones, 0.2).toFloats();
      assertThat(Dropout.apply(pass, ones, 0.2).toFloats()).isNotEqualTo(first);
    }
  }

  @Test
  void doesNothingInInferenceOrWithProbabilityZero() {
    try (Pass pass = Pass.inference(backend)) {
      assertThat(Dropout.apply(pass, ones, 0.2)).isSameAs(ones);
    }
    try (Pass pass = Pass.training(backend, 1, 1)) {
      assertThat(Dropout.apply(pass, ones, 0)).isSameAs(ones);
    }
  }

  @Test
  void aProbabilityOfOneIsRefused() {
    try (Pass pass = Pass.training(backend, 1, 1)) {
      assertThatThrownBy(() -> Dropout.apply(pass, ones, 1))
          .hasMessage("Dropout: expected a probability from 0 to below 1, got 1.0");
    }
  }
}
