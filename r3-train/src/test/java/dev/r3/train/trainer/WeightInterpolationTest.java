package dev.r3.train.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Shape;
import dev.r3.tensor.TestBackends;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WeightInterpolationTest {
  private static final double[] START = {1, -2, 0.1};
  private static final double[] TRAINED = {3, 2, 0.3};

  static List<Backend> backends() {
    return TestBackends.all();
  }

  private static Parameter parameter(Backend backend) {
    return new Parameter("weight", backend, backend.tensor(new Shape(1, 3), START));
  }

  /** Begun at {@link #START}, with the parameter moved to {@link #TRAINED} since. */
  private static WeightInterpolation afterTraining(
      Backend backend, Parameter parameter, double share) {
    WeightInterpolation begun = new WeightInterpolation(backend, List.of(parameter), share);
    backend.combine(parameter.value(), 0, backend.tensor(new Shape(1, 3), TRAINED), 1);
    return begun;
  }

  @ParameterizedTest
  @MethodSource("backends")
  void theResultLiesBetweenStartAndEnd(Backend backend) {
    Parameter parameter = parameter(backend);
    afterTraining(backend, parameter, 0.25).apply();
    assertThat(parameter.value().toFloats())
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(2.5f, 1, 0.25f);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void theTrainedParametersComeBackBitForBit(Backend backend) {
    Parameter parameter = parameter(backend);
    WeightInterpolation quarter = afterTraining(backend, parameter, 0.25);
    double[] trained = parameter.value().toDoubles();
    try (WeightInterpolation.Applied interpolated = quarter.applied()) {
      assertThat(parameter.value().toFloats()[0]).isEqualTo(2.5f);
    }
    assertThat(parameter.value().toDoubles()).containsExactly(trained);
    IllegalStateException failure = new IllegalStateException("in the midst of it");
    assertThatThrownBy(
            () -> {
              try (WeightInterpolation.Applied interpolated = quarter.applied()) {
                throw failure;
              }
            })
        .isSameAs(failure);
    assertThat(parameter.value().toDoubles()).containsExactly(trained);
  }

  @Test
  void noShareOfTheStartChangesNothing() {
    Backend backend = TestBackends.java();
    Parameter parameter = parameter(backend);
    afterTraining(backend, parameter, 0).apply();
    assertThat(parameter.value().toFloats()).containsExactly(3, 2, 0.3f);
  }

  @Test
  void aShareOutsideOfOneIsRefused() {
    for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> new WeightInterpolation(TestBackends.java(), List.of(), share))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("WeightInterpolation: expected a share from 0 to 1, got " + share);
    }
  }
}
