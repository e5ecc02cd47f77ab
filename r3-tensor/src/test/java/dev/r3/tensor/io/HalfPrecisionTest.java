package dev.r3.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HalfPrecisionTest {
  private static final int FLOAT16_INFINITY = 0x7c00;
  private static final int BFLOAT16_INFINITY = 0x7f80;

  /** The value of a non-negative finite binary16, straight from its definition. */
  private static double float16Value(int bits) {
    int exponent = bits >>> 10;
    int fraction = bits & 0x3ff;
    return exponent == 0
        ? Math.scalb((double) fraction, -24)
        : Math.scalb((double) (0x400 | fraction), exponent - 25);
  }

  private static double bfloat16Value(int bits) {
    int exponent = bits >>> 7;
    int fraction = bits & 0x7f;
    return exponent == 0
        ? Math.scalb((double) fraction, -133)
        : Math.scalb((double) (0x80 | fraction), exponent - 134);
  }

  /** Nearest of the finite values and infinity, ties to even, found by search. */
  private static int nearest(double magnitude, int infinity, IntToDoubleFunction value) {
    int low = 0;
    int high = infinity;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (value.applyAsDouble(middle) <= magnitude) {
        low = middle;
      } else {
        high = middle;
      }
    }
    // The step above the largest finite value is as wide as the one below it.
    double below = magnitude - value.applyAsDouble(low);
    double above = value.applyAsDouble(high) - magnitude;
    return below < above || (below == above && low % 2 == 0) ? low : high;
  }

  @Test
  void widensEveryFloat16AndNarrowsItBack() {
    for (int bits = 0; bits < FLOAT16_INFINITY; bits++) {
      assertThat(HalfPrecision.float16ToFloat((short) bits)).isEqualTo((float) float16Value(bits));
      assertThat(HalfPrecision.float16ToFloat((short) (bits | 0x8000)))
          .isEqualTo((float) -float16Value(bits));
    }
    for (int bits = 0; bits < 1 << 16; bits++) {
      short narrow = (short) bits;
      float wide = HalfPrecision.float16ToFloat(narrow);
      assertThat(Float.isNaN(wide)).isEqualTo((bits & 0x7fff) > FLOAT16_INFINITY);
      if (!Float.isNaN(wide)) {
        assertThat(HalfPrecision.floatToFloat16(wide)).isEqualTo(narrow);
      }
    }
  }

  @Test
  void widensEveryBfloat16AndNarrowsItBack() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      short narrow = (short) bits;
      float wide = HalfPrecision.bfloat16ToFloat(narrow);
      int magnitude = bits & 0x7fff;
      assertThat(Float.isNaN(wide)).isEqualTo(magnitude > BFLOAT16_INFINITY);
      if (magnitude < BFLOAT16_INFINITY) {
        assertThat((double) Math.abs(wide)).isEqualTo(bfloat16Value(magnitude));
      }
      if (!Float.isNaN(wide)) {
        assertThat(HalfPrecision.floatToBfloat16(wide)).isEqualTo(narrow);
      }
    }
  }

  @Property
  void narrowsAnyFloatToTheNearest(@ForAll int bits) {
    float value = Float.intBitsToFloat(bits);
    if (Float.isNaN(value)) {
      assertThat(HalfPrecision.floatToFloat16(value) & 0x7e00).isEqualTo(0x7e00);
      assertThat(HalfPrecision.floatToBfloat16(value) & 0x7fc0).isEqualTo(0x7fc0);
      return;
    }
    requireNearest(
        value, HalfPrecision.floatToFloat16(value), HalfPrecision.floatToBfloat16(value));
  }

  /** Exponents where binary16 has normal values, subnormals and its limits; near ties. */
  @Property
  void narrowsDoublesToTheNearestInOneRounding(
      @ForAll @IntRange(min = -27, max = 17) int exponent,
      @ForAll @IntRange(max = 2047) int leading,
      @ForAll @IntRange(min = -2, max = 2) int ulps,
      @ForAll boolean negative) {
    double near = Math.scalb(1 + leading / 2048.0, exponent);
    double value = (negative ? -1 : 1) * (near + ulps * Math.ulp(near));
    float odd = HalfPrecision.roundToOdd(value);
    requireNearest(value, HalfPrecision.floatToFloat16(odd), HalfPrecision.floatToBfloat16(odd));
  }

  private static void requireNearest(double value, short float16, short bfloat16) {
    int sign = Math.copySign(1, value) < 0 ? 0x8000 : 0;
    double magnitude = Math.abs(value);
    assertThat(float16 & 0xffff)
        .isEqualTo(sign | nearest(magnitude, FLOAT16_INFINITY, HalfPrecisionTest::float16Value));
    assertThat(bfloat16 & 0xffff)
        .isEqualTo(sign | nearest(magnitude, BFLOAT16_INFINITY, HalfPrecisionTest::bfloat16Value));
  }

  @Test
  void roundingTwiceToNearestWouldBeWrong() {
    // Just above the tie between 1 and 1 + 2^-10: as a float it is the tie, which goes to even.
    double value = 1 + 0x1p-11 + 0x1p-40;
    assertThat(HalfPrecision.floatToFloat16((float) value)).isEqualTo((short) 0x3c00);
    assertThat(HalfPrecision.floatToFloat16(HalfPrecision.roundToOdd(value)))
        .isEqualTo((short) 0x3c01);
  }
}
