package dev.r3.train.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.io.SafetensorsFile;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {
  private static final Warmup WARMUP = new Warmup(1e-2, 3);

  /** Goldens of PyTorch's LambdaLR: the rate of step N, counted from 1. */
  private static double[] golden(String name) throws Exception {
    Path file =
        Path.of(
            LearningRateScheduleTest.class
                .getResource("/goldens/losses-optim/optim.safetensors")
                .toURI());
    double[] rates = new double[10];
    try (SafetensorsFile goldens = SafetensorsFile.open(file)) {
      for (int step = 0; step < rates.length; step++) {
        rates[step] = goldens.tensor(name + ".lr" + (step + 1)).toDoubles()[0];
      }
    }
    return rates;
  }

  private static double[] rates(LearningRateSchedule schedule) {
    double[] rates = new double[10];
    for (int step = 0; step < rates.length; step++) {
      rates[step] = schedule.at(step);
    }
    return rates;
  }

  @Test
  void linearIsExactlyThatOfPyTorch() throws Exception {
    assertThat(rates(new WarmupLinear(WARMUP, 10))).containsExactly(golden("adamw_linear_warmup"));
  }

  @Test
  void cosineIsExactlyThatOfPyTorch() throws Exception {
    assertThat(rates(new WarmupCosine(WARMUP, 10))).containsExactly(golden("adamw_cosine_warmup"));
  }

  @Test
  void oneMoreStepOfWarmupOrOfTheRunBreaksTheGoldens() throws Exception {
    Warmup longer = new Warmup(1e-2, 4);
    assertThat(rates(new WarmupLinear(longer, 10))).isNotEqualTo(golden("adamw_linear_warmup"));
    assertThat(rates(new WarmupLinear(WARMUP, 11))).isNotEqualTo(golden("adamw_linear_warmup"));
    assertThat(rates(new WarmupCosine(longer, 10))).isNotEqualTo(golden("adamw_cosine_warmup"));
    assertThat(rates(new WarmupCosine(WARMUP, 11))).isNotEqualTo(golden("adamw_cosine_warmup"));
  }

  @Test
  void constantHoldsThePeakAfterTheWarmup() {
    assertThat(rates(new ConstantRate(new Warmup(4, 4))))
        .containsExactly(0, 1, 2, 3, 4, 4, 4, 4, 4, 4);
    assertThat(new ConstantRate(new Warmup(4, 0)).at(0)).isEqualTo(4);
  }

  @Property
  void ratesRiseToThePeakThenFallToZeroAndStay(
      @ForAll @DoubleRange(min = 0.01, max = 1) double peak,
      @ForAll @IntRange(max = 20) int warmupSteps,
      @ForAll @IntRange(min = 1, max = 50) int decaySteps,
      @ForAll @LongRange(max = 100) long step) {
    long total = warmupSteps + decaySteps;
    Warmup warmup = new Warmup(peak, warmupSteps);
    for (LearningRateSchedule schedule :
        new LearningRateSchedule[] {
          new WarmupLinear(warmup, total), new WarmupCosine(warmup, total)
        }) {
      assertThat(schedule.at(step)).isBetween(0.0, peak);
      if (step < warmupSteps) {
        assertThat(schedule.at(step)).isLessThan(schedule.at(step + 1));
      } else if (step < total) {
        assertThat(schedule.at(step)).isGreaterThan(schedule.at(step + 1));
      }
      assertThat(schedule.at(warmupSteps)).isEqualTo(peak);
      assertThat(schedule.at(total)).isZero();
      assertThat(schedule.at(total + step)).isZero();
    }
  }

  @Test
  void impossibleSchedulesAreRefused() {
    assertThatThrownBy(() -> new Warmup(-1, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Warmup: expected a finite peak of at least 0, got -1.0");
    assertThatThrownBy(() -> new Warmup(Double.NaN, 3)).hasMessageContaining("got NaN");
    assertThatThrownBy(() -> new Warmup(1, -1))
        .hasMessage("Warmup: expected steps of at least 0, got -1");
    assertThatThrownBy(() -> new WarmupLinear(WARMUP, 3))
        .hasMessage("WarmupLinear: expected totalSteps above the 3 of the warm-up, got 3");
    assertThatThrownBy(() -> new WarmupCosine(WARMUP, 2))
        .hasMessage("WarmupCosine: expected totalSteps above the 3 of the warm-up, got 2");
    assertThatThrownBy(() -> new WarmupLinear(WARMUP, 10).at(-1))
        .hasMessage("LearningRateSchedule: expected a step of at least 0, got -1");
  }
}
