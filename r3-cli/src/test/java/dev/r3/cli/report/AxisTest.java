package dev.r3.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AxisTest {
  @Test
  void barsStartAtZeroAndEndAtARoundNumber() {
    Axis axis = Axis.fromZero(0.453, 100, 0);
    assertThat(axis.low()).isZero();
    assertThat(axis.high()).isEqualTo(0.5, within(1e-12));
    assertThat(axis.at(0)).isEqualTo(100);
    assertThat(axis.at(0.25)).isEqualTo(50, within(1e-9));
    assertThat(axis.ticks().stream().map(Axis::label))
        .containsExactly("0", "0.1", "0.2", "0.3", "0.4", "0.5");
    assertThat(Axis.fromZero(1, 0, 1).high()).isEqualTo(1);
    assertThat(Axis.fromZero(0, 0, 1).high()).isEqualTo(1);
  }

  @Test
  void valuesOfSeveralDecadesAreShownByTheirLogarithm() {
    Axis axis = Axis.around(new double[] {5, 0.05}, 0, 1);
    assertThat(axis.logarithmic()).isTrue();
    assertThat(axis.ticks().stream().map(Axis::label))
        .containsExactly("0.05", "0.1", "0.2", "0.5", "1", "2", "5");
    assertThat(axis.at(0.5)).isEqualTo(0.5, within(1e-9));
    assertThat(Axis.around(new double[] {5, 0.5}, 0, 1).logarithmic()).isFalse();
    assertThat(Axis.around(new double[] {5, 0}, 0, 1).logarithmic()).isFalse();
  }

  @Test
  void labelsAreShort() {
    assertThat(List.of(0.0, 0.25, 12.0, 1500.0, 1e-4, 2.5e-5, 2e6, -0.5).stream().map(Axis::label))
        .containsExactly("0", "0.25", "12", "1500", "1e-4", "2.5e-5", "2e6", "-0.5");
  }

  @Property
  void everyValueAndEveryTickIsOnTheAxis(
      @ForAll @Size(min = 1, max = 9) List<@DoubleRange(min = -1e4, max = 1e4) Double> values) {
    Axis axis = Axis.around(values.stream().mapToDouble(v -> v).toArray(), 100, 20);
    assertThat(values).allSatisfy(v -> assertThat(axis.at(v)).isBetween(20 - 1e-6, 100 + 1e-6));
    assertThat(axis.ticks())
        .hasSizeBetween(1, 13)
        .allSatisfy(tick -> assertThat(axis.at(tick)).isBetween(20 - 1e-6, 100 + 1e-6));
  }
}
