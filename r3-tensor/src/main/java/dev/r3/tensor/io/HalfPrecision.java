package dev.r3.tensor.io;

/**
 * The two 16-bit floating point formats, to and from float. Widening is exact; narrowing rounds to
 * nearest, ties to even, overflows to infinity and keeps NaN a (quiet) NaN.
 */
public final class HalfPrecision {
  /** 2^-14, the smallest normal binary16, as the bits of a float. */
  private static final int FLOAT16_MIN_NORMAL = (127 - 14) << 23;

  /** 2^16, which binary16 cannot hold even after rounding, as the bits of a float. */
  private static final int FLOAT16_OVERFLOW = (127 + 16) << 23;

  /** 0.5: added to a float below 2^-14 it leaves the binary16 subnormal in the lowest bits. */
  private static final int SUBNORMAL_SHIFT = (127 - 1) << 23;

  private static final int INFINITY = 0x7f800000;

  private HalfPrecision() {}

  public static float bfloat16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  public static float float16ToFloat(short bits) {
    int magnitude = (bits & 0x7fff) << 13;
    int exponent = magnitude & 0x0f800000;
    int rebased = magnitude + ((127 - 15) << 23);
    if (exponent == 0x0f800000) { // infinity or NaN
      rebased += (128 - 16) << 23;
    } else if (exponent == 0) { // zero or subnormal: let the float unit normalise it
      rebased =
          Float.floatToRawIntBits(
              Float.intBitsToFloat(rebased + (1 << 23)) - Float.intBitsToFloat(FLOAT16_MIN_NORMAL));
    }
    return Float.intBitsToFloat(rebased | ((bits & 0x8000) << 16));
  }

  public static short floatToBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7fffffff) > INFINITY) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  public static short floatToFloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > INFINITY) {
      return (short) (sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff));
    }
    if (magnitude >= FLOAT16_OVERFLOW) {
      return (short) (sign | 0x7c00);
    }
    if (magnitude < FLOAT16_MIN_NORMAL) {
      float shifted = Float.intBitsToFloat(magnitude) + Float.intBitsToFloat(SUBNORMAL_SHIFT);
      return (short) (sign | (Float.floatToRawIntBits(shifted) - SUBNORMAL_SHIFT));
    }
    int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1) - ((127 - 15) << 23);
    return (short) (sign | (rounded >>> 13));
  }

  /**
   * A double as a float on its way to 16 bits. Rounding to nearest twice can be off by one;
   * rounding to odd first (towards zero, the last bit set when inexact) makes the second rounding
   * right.
   */
  static float roundToOdd(double value) {
    float nearest = (float) value;
    if (nearest == value || Double.isNaN(value)) {
      return nearest;
    }
    int bits = Float.floatToRawIntBits(nearest);
    int towardsZero = Math.abs((double) nearest) > Math.abs(value) ? bits - 1 : bits;
    return Float.intBitsToFloat(towardsZero | 1);
  }
}
