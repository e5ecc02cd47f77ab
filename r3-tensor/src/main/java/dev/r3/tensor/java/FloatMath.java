package dev.r3.tensor.java;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * The transcendental functions, in single precision to a few units in the last place; {@code
 * VectorFunctions} has the same formulas step by step, so that an element's value does not depend
 * on whether it fell into a vector or into the rest after the last one.
 */
final class FloatMath {
  /** Whether the machine multiplies and adds in one instruction; emulating that is very slow. */
  static final boolean FUSED = multipliesAndAddsAtOnce();

  // e^x = 2^n e^r, |r| <= ln(2)/2; polynomial of Cephes' expf (Moshier 1992)
  static final float LOG2_E = 1.44269504f;
  static final float ROUND = 0x1.8p23f; // adding it leaves the nearest integer in the low bits
  static final float LN2_HIGH = 0.693359375f;
  static final float LN2_LOW = -2.12194440e-4f;
  static final float EXP_MIN = -87.33654f; // below, e^x is subnormal: 0 here
  static final float EXP_MAX = 88.72283f; // above, it overflows
  static final float E5 = 1.9875691500e-4f;
  static final float E4 = 1.3981999507e-3f;
  static final float E3 = 8.3334519073e-3f;
  static final float E2 = 4.1665795894e-2f;
  static final float E1 = 1.6666665459e-1f;
  static final float E0 = 5.0000001201e-1f;

  // erf(x) = x P(x²) / Q(x²) on (-4, 4), the rational minimax form of Eigen's generic erf
  static final float ERF_MAX = 4; // from here on it rounds to 1
  static final float ERF_P6 = -2.72614225801306e-10f;
  static final float ERF_P5 = 2.77068142495902e-08f;
  static final float ERF_P4 = -2.10102402082508e-06f;
  static final float ERF_P3 = -5.69250639462346e-05f;
  static final float ERF_P2 = -7.34990630326855e-04f;
  static final float ERF_P1 = -2.95459980854025e-03f;
  static final float ERF_P0 = -1.60960333262415e-02f;
  static final float ERF_Q4 = -1.45660718464996e-05f;
  static final float ERF_Q3 = -2.13374055278905e-04f;
  static final float ERF_Q2 = -1.68282697438203e-03f;
  static final float ERF_Q1 = -7.37332916720468e-03f;
  static final float ERF_Q0 = -1.42647390514189e-02f;

  // tanh(x) = x P(x²) / Q(x²) on (-9, 9), Eigen's
  static final float TANH_MAX = 9; // from here on it rounds to 1
  static final float TANH_P6 = -2.76076847742355e-16f;
  static final float TANH_P5 = 2.00018790482477e-13f;
  static final float TANH_P4 = -8.60467152213735e-11f;
  static final float TANH_P3 = 5.12229709037114e-08f;
  static final float TANH_P2 = 1.48572235717979e-05f;
  static final float TANH_P1 = 6.37261928875436e-04f;
  static final float TANH_P0 = 4.89352455891786e-03f;
  static final float TANH_Q3 = 1.19825839466702e-06f;
  static final float TANH_Q2 = 1.18534705686654e-04f;
  static final float TANH_Q1 = 2.26843463243900e-03f;
  static final float TANH_Q0 = 4.89352518554385e-03f;

  static final float SQRT_HALF = 0.70710678f;
  static final float INVERSE_SQRT_2PI = 0.39894228f; // the normal density at 0
  static final float GELU_SCALE = 0.79788456f; // √(2/π)
  static final float GELU_CUBE = 0.044715f;

  private FloatMath() {}

  private static boolean multipliesAndAddsAtOnce() {
    try {
      return Boolean.parseBoolean(
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
              .getVMOption("UseFMA")
              .getValue());
    } catch (RuntimeException | LinkageError unknownMachine) {
      return false;
    }
  }

  /** x * y + z, rounded once where the machine can. */
  static float fma(float x, float y, float z) {
    return FUSED ? Math.fma(x, y, z) : x * y + z;
  }

  static float exp(float x) {
    if (x < EXP_MIN) {
      return 0;
    }
    if (x > EXP_MAX) {
      return Float.POSITIVE_INFINITY;
    }
    float z = fma(x, LOG2_E, ROUND);
    float n = z - ROUND;
    float r = fma(n, -LN2_LOW, fma(n, -LN2_HIGH, x));
    float p = fma(fma(fma(fma(fma(E5, r, E4), r, E3), r, E2), r, E1), r, E0);
    float y = fma(p, r * r, r) + 1;
    int exponent = Float.floatToRawIntBits(z) << 23;
    return Float.intBitsToFloat(Float.floatToRawIntBits(y) + exponent);
  }

  static float erf(float x) {
    if (Math.abs(x) >= ERF_MAX) {
      return Math.signum(x);
    }
    float s = x * x;
    float p = fma(fma(fma(ERF_P6, s, ERF_P5), s, ERF_P4), s, ERF_P3);
    p = fma(fma(fma(p, s, ERF_P2), s, ERF_P1), s, ERF_P0);
    float q = fma(fma(fma(fma(ERF_Q4, s, ERF_Q3), s, ERF_Q2), s, ERF_Q1), s, ERF_Q0);
    return x * p / q;
  }

  static float tanh(float x) {
    if (Math.abs(x) >= TANH_MAX) {
      return Math.signum(x);
    }
    float s = x * x;
    float p = fma(fma(fma(TANH_P6, s, TANH_P5), s, TANH_P4), s, TANH_P3);
    p = fma(fma(fma(p, s, TANH_P2), s, TANH_P1), s, TANH_P0);
    float q = fma(fma(fma(TANH_Q3, s, TANH_Q2), s, TANH_Q1), s, TANH_Q0);
    return x * p / q;
  }

  static float sigmoid(float x) {
    return 1 / (1 + exp(-x));
  }

  static float softplus(float x) {
    return softplus(x, exp(-Math.abs(x)));
  }

  /** log(1 + e^x) = max(x, 0) + log1p(u) with u = e^-|x|; log1p(u) = 2 artanh(u / (2 + u)). */
  static float softplus(float x, float u) {
    float w = u / (u + 2);
    float s = w * w;
    float p = fma(fma(fma(1 / 15f, s, 1 / 13f), s, 1 / 11f), s, 1 / 9f);
    p = fma(fma(fma(fma(p, s, 1 / 7f), s, 1 / 5f), s, 1 / 3f), s, 1);
    return fma(w + w, p, Math.max(x, 0));
  }

  static float gelu(float x) {
    float half = 0.5f * x;
    return fma(half, erf(x * SQRT_HALF), half);
  }

  static float geluSlope(float x) {
    return geluSlope(x, erf(x * SQRT_HALF), exp(-0.5f * x * x));
  }

  /** Φ(x) + x φ(x), given erf(x/√2) and e^(-x²/2). */
  static float geluSlope(float x, float erf, float exponential) {
    return fma(x, exponential * INVERSE_SQRT_2PI, erf * 0.5f + 0.5f);
  }

  /** √(2/π) (x + 0.044715 x³). */
  static float geluArgument(float x) {
    return GELU_SCALE * x * fma(GELU_CUBE * x, x, 1);
  }

  static float geluTanh(float x) {
    float half = 0.5f * x;
    return fma(half, tanh(geluArgument(x)), half);
  }

  static float geluTanhSlope(float x) {
    return geluTanhSlope(x, tanh(geluArgument(x)));
  }

  /** The slope of {@link #geluTanh}, given its tanh. */
  static float geluTanhSlope(float x, float t) {
    float inner = GELU_SCALE * fma(3 * GELU_CUBE * x, x, 1);
    return fma(0.5f * x * inner, 1 - t * t, t * 0.5f + 0.5f);
  }

  static float silu(float x) {
    return x / (1 + exp(-x));
  }

  static float siluSlope(float x) {
    float s = sigmoid(x);
    return s * fma(x, 1 - s, 1);
  }

  static float tanhSlope(float x) {
    float t = tanh(x);
    return 1 - t * t;
  }

  static float sigmoidSlope(float x) {
    float s = sigmoid(x);
    return s * (1 - s);
  }
}
