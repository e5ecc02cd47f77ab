package dev.r3.tensor.java;

import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.tensor.Activation;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FloatMathTest {
  /** erf by its Taylor series, or the continued fraction of erfc where the series is slow. */
  static double erf(double x) {
    double a = Math.abs(x);
    if (a > 3) {
      double fraction = a;
      for (int n = 200; n > 0; n--) {
        fraction = a + n / 2.0 / fraction;
      }
      return Math.signum(x) * (1 - Math.exp(-a * a) / (fraction * Math.sqrt(Math.PI)));
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 100; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  static double value(Activation activation, double x) {
    double cubic = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
    return switch (activation) {
      case IDENTITY -> x;
      case GELU -> x / 2 * (1 + erf(x / Math.sqrt(2)));
      case GELU_TANH -> x / 2 * (1 + Math.tanh(cubic));
      case SILU -> x / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    };
  }

  static double slope(Activation activation, double x) {
    double h = 1e-5;
    return (value(activation, x + h) - value(activation, x - h)) / (2 * h);
  }

  /** The worst error in units in the last place of the expected float. */
  private static double worstUlps(
      DoubleUnaryOperator got, DoubleUnaryOperator expected, double from, double to) {
    double worst = 0;
    for (int i = 0; i <= 200_000; i++) {
      float x = (float) (from + (to - from) * i / 200_000);
      double exact = expected.applyAsDouble(x);
      double error = Math.abs(got.applyAsDouble(x) - exact);
      worst = Math.max(worst, error / Math.ulp((float) exact));
    }
    return worst;
  }

  @Test
  void functionsAreAccurateToAFewUnitsInTheLastPlace() {
    assertThat(worstUlps(x -> FloatMath.exp((float) x), Math::exp, -87, 88.7)).isLessThan(2);
    assertThat(worstUlps(x -> FloatMath.exp((float) x), Math::exp, -1, 1)).isLessThan(2);
    assertThat(worstUlps(x -> FloatMath.erf((float) x), FloatMathTest::erf, -5, 5)).isLessThan(6);
    assertThat(worstUlps(x -> FloatMath.erf((float) x), FloatMathTest::erf, -0.01, 0.01))
        .isLessThan(6);
    assertThat(worstUlps(x -> FloatMath.tanh((float) x), Math::tanh, -10, 10)).isLessThan(6);
    assertThat(worstUlps(x -> FloatMath.tanh((float) x), Math::tanh, -0.01, 0.01)).isLessThan(6);
    assertThat(
            worstUlps(
                x -> FloatMath.softplus((float) x), x -> value(Activation.SOFTPLUS, x), -80, 80))
        .isLessThan(4);
    assertThat(
            worstUlps(
                x -> FloatMath.sigmoid((float) x), x -> value(Activation.SIGMOID, x), -80, 80))
        .isLessThan(4);
  }

  @Test
  void exponentialHasExactLimits() {
    assertThat(FloatMath.exp(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(FloatMath.exp(-1000)).isZero();
    assertThat(FloatMath.exp(0)).isEqualTo(1);
    assertThat(FloatMath.exp(89)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(FloatMath.exp(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(FloatMath.exp(Float.NaN)).isNaN();
    float[] x = {
      Float.NEGATIVE_INFINITY, -1000, 0, 89, Float.POSITIVE_INFINITY, Float.NaN, 88.7f, -87.3f
    };
    float[] wide = Arrays.copyOf(x, 32);
    float[] out = new float[32];
    float unused = new VectorLoops().exp(wide, 0, 1, 0, out, 0, 32);
    for (int i = 0; i < x.length; i++) {
      assertThat(Float.valueOf(out[i])).isEqualTo(Float.valueOf(FloatMath.exp(x[i])));
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activationsMatchTheirFormulas(Activation activation) {
    float[] x = inputs();
    float[] out = new float[x.length];
    new PlainLoops().activate(activation, x, out, new float[Loops.SCRATCH], 0, x.length);
    for (int i = 0; i < x.length; i++) {
      double expected = value(activation, x[i]);
      assertThat((double) out[i])
          .as("%s(%s)", activation, x[i])
          .isCloseTo(expected, Offset.offset(4e-7 * Math.max(1, Math.abs(x[i]))));
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void slopesMatchCentralDifferences(Activation activation) {
    float[] x = inputs();
    float[] ones = new float[x.length];
    Arrays.fill(ones, 1);
    float[] out = new float[x.length];
    new PlainLoops()
        .activateBackward(activation, ones, x, out, new float[Loops.SCRATCH], 0, x.length);
    for (int i = 0; i < x.length; i++) {
      assertThat((double) out[i])
          .as("%s'(%s)", activation, x[i])
          .isCloseTo(slope(activation, x[i]), Offset.offset(4e-6));
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void vectorsGiveTheSameBitsAsTheirScalarTwins(Activation activation) {
    float[] x = inputs();
    float[] g = Variants.normals(7, x.length);
    float[] vector = new float[x.length];
    float[] plain = new float[x.length];
    new VectorLoops().activate(activation, x, vector, new float[Loops.SCRATCH], 3, x.length);
    new PlainLoops().activate(activation, x, plain, new float[Loops.SCRATCH], 3, x.length);
    assertThat(vector).isEqualTo(plain);
    new VectorLoops()
        .activateBackward(activation, g, x, vector, new float[Loops.SCRATCH], 1, x.length - 2);
    new PlainLoops()
        .activateBackward(activation, g, x, plain, new float[Loops.SCRATCH], 1, x.length - 2);
    assertThat(vector).isEqualTo(plain);
  }

  private static float[] inputs() {
    float[] x = new float[2001];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i - 1000) / 83f;
    }
    return x;
  }
}
