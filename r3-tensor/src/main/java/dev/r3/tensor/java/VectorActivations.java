package dev.r3.tensor.java;

import dev.r3.tensor.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The activations of {@link VectorLoops}: the hard function of a part goes to scratch t, a second
 * small loop does the rest. See {@link VectorFunctions} for why no loop does both.
 */
final class VectorActivations {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private VectorActivations() {}

  static void activate(Activation activation, float[] x, float[] out, float[] t, int from, int to) {
    for (int start = from; start < to; start += Loops.SCRATCH) {
      int n = Math.min(to - start, Loops.SCRATCH);
      switch (activation) {
        case IDENTITY -> System.arraycopy(x, start, out, start, n);
        case GELU -> {
          VectorFunctions.erf(x, start, FloatMath.SQRT_HALF, t, 0, n);
          gelu(x, t, out, start, n);
        }
        case GELU_TANH -> {
          geluArgument(x, t, start, n);
          VectorFunctions.tanh(t, 0, t, 0, n);
          gelu(x, t, out, start, n);
        }
        case SILU -> {
          VectorFunctions.exp(x, start, -1, t, n);
          silu(x, t, out, start, n);
        }
        case TANH -> VectorFunctions.tanh(x, start, out, start, n);
        case SIGMOID -> {
          VectorFunctions.exp(x, start, -1, t, n);
          sigmoid(t, out, start, n);
        }
        case SOFTPLUS -> {
          minusAbsolute(x, t, start, n);
          VectorFunctions.exp(t, 0, 1, t, n);
          softplus(x, t, out, start, n);
        }
      }
    }
  }

  static void activateBackward(
      Activation activation,
      float[] gradOutput,
      float[] x,
      float[] out,
      float[] t,
      int from,
      int to) {
    for (int start = from; start < to; start += Loops.SCRATCH) {
      int n = Math.min(to - start, Loops.SCRATCH);
      switch (activation) {
        case IDENTITY -> System.arraycopy(gradOutput, start, out, start, n);
        case GELU -> {
          VectorFunctions.erf(x, start, FloatMath.SQRT_HALF, out, start, n);
          minusHalfSquare(x, t, start, n);
          VectorFunctions.exp(t, 0, 1, t, n);
          geluSlope(gradOutput, x, t, out, start, n);
        }
        case GELU_TANH -> {
          geluArgument(x, t, start, n);
          VectorFunctions.tanh(t, 0, t, 0, n);
          geluTanhSlope(gradOutput, x, t, out, start, n);
        }
        case SILU -> {
          VectorFunctions.exp(x, start, -1, t, n);
          siluSlope(gradOutput, x, t, out, start, n);
        }
        case TANH -> {
          VectorFunctions.tanh(x, start, t, 0, n);
          tanhSlope(gradOutput, t, out, start, n);
        }
        case SIGMOID -> {
          VectorFunctions.exp(x, start, -1, t, n);
          sigmoidSlope(gradOutput, t, out, start, n);
        }
        case SOFTPLUS -> {
          VectorFunctions.exp(x, start, -1, t, n);
          softplusSlope(gradOutput, t, out, start, n);
        }
      }
    }
  }

  static void swiGlu(float[] gate, float[] up, float[] out, float[] t, int from, int to) {
    for (int start = from; start < to; start += Loops.SCRATCH) {
      int n = Math.min(to - start, Loops.SCRATCH);
      VectorFunctions.exp(gate, start, -1, t, n);
      gatedSilu(gate, up, t, out, start, n);
    }
  }

  static void swiGluBackward(
      float[] gradOutput,
      float[] gate,
      float[] up,
      float[] gradGate,
      float[] gradUp,
      float[] t,
      int from,
      int to) {
    for (int start = from; start < to; start += Loops.SCRATCH) {
      int n = Math.min(to - start, Loops.SCRATCH);
      VectorFunctions.exp(gate, start, -1, t, n);
      swiGluGradients(gradOutput, gate, up, t, gradGate, gradUp, start, n);
    }
  }

  /** out = x / 2 (1 + t). */
  private static void gelu(float[] x, float[] t, float[] out, int start, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector half = FloatVector.fromArray(SPECIES, x, start + i).mul(0.5f);
      half.fma(FloatVector.fromArray(SPECIES, t, i), half).intoArray(out, start + i);
    }
    for (; i < n; i++) {
      float half = 0.5f * x[start + i];
      out[start + i] = FloatMath.fma(half, t[i], half);
    }
  }

  /** t = √(2/π) (x + 0.044715 x³). */
  private static void geluArgument(float[] x, float[] t, int start, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, start + i);
      FloatVector inner = v.mul(FloatMath.GELU_CUBE).lanewise(VectorOperators.FMA, v, 1);
      v.mul(FloatMath.GELU_SCALE).mul(inner).intoArray(t, i);
    }
    for (; i < n; i++) {
      t[i] = FloatMath.geluArgument(x[start + i]);
    }
  }

  /** t = -x² / 2. */
  private static void minusHalfSquare(float[] x, float[] t, int start, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, start + i);
      v.mul(-0.5f).mul(v).intoArray(t, i);
    }
    for (; i < n; i++) {
      t[i] = -0.5f * x[start + i] * x[start + i];
    }
  }

  /** t = -|x|. */
  private static void minusAbsolute(float[] x, float[] t, int start, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector.fromArray(SPECIES, x, start + i).abs().neg().intoArray(t, i);
    }
    for (; i < n; i++) {
      t[i] = -Math.abs(x[start + i]);
    }
  }

  /** out = x / (1 + t). */
  private static void silu(float[] x, float[] t, float[] out, int start, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector.fromArray(SPECIES, x, start + i)
          .div(FloatVector.fromArray(SPECIES, t, i).add(1))
          .intoArray(out, start + i);
    }
    for (; i < n; i++) {
      out[start + i] = x[start + i] / (1 + t[i]);
    }
  }

  /** out = 1 / (1 + t). */
  private static void sigmoid(float[] t, float[] out, int start, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector.broadcast(SPECIES, 1)
          .div(FloatVector.fromArray(SPECIES, t, i).add(1))
          .intoArray(out, start + i);
    }
    for (; i < n; i++) {
      out[start + i] = 1 / (1 + t[i]);
    }
  }

  /** out = max(x, 0) + log1p(t). */
  private static void softplus(float[] x, float[] t, float[] out, int start, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector u = FloatVector.fromArray(SPECIES, t, i);
      FloatVector w = u.div(u.add(2));
      FloatVector s = w.mul(w);
      FloatVector p = FloatVector.broadcast(SPECIES, 1 / 15f);
      p = p.lanewise(VectorOperators.FMA, s, 1 / 13f);
      p = p.lanewise(VectorOperators.FMA, s, 1 / 11f);
      p = p.lanewise(VectorOperators.FMA, s, 1 / 9f);
      p = p.lanewise(VectorOperators.FMA, s, 1 / 7f);
      p = p.lanewise(VectorOperators.FMA, s, 1 / 5f);
      p = p.lanewise(VectorOperators.FMA, s, 1 / 3f);
      p = p.lanewise(VectorOperators.FMA, s, 1);
      w.add(w)
          .fma(p, FloatVector.fromArray(SPECIES, x, start + i).max(0))
          .intoArray(out, start + i);
    }
    for (; i < n; i++) {
      out[start + i] = FloatMath.softplus(x[start + i], t[i]);
    }
  }

  /** out = gradOutput (Φ + x φ), where out holds erf(x/√2) and t e^(-x²/2). */
  private static void geluSlope(
      float[] gradOutput, float[] x, float[] t, float[] out, int start, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector distribution = FloatVector.fromArray(SPECIES, out, start + i).mul(0.5f).add(0.5f);
      FloatVector density = FloatVector.fromArray(SPECIES, t, i).mul(FloatMath.INVERSE_SQRT_2PI);
      FloatVector slope = FloatVector.fromArray(SPECIES, x, start + i).fma(density, distribution);
      FloatVector.fromArray(SPECIES, gradOutput, start + i).mul(slope).intoArray(out, start + i);
    }
    for (; i < n; i++) {
      float slope = FloatMath.geluSlope(x[start + i], out[start + i], t[i]);
      out[start + i] = gradOutput[start + i] * slope;
    }
  }

  /** out = gradOutput times the slope, where t holds the tanh. */
  private static void geluTanhSlope(
      float[] gradOutput, float[] x, float[] t, float[] out, int start, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, start + i);
      FloatVector y = FloatVector.fromArray(SPECIES, t, i);
      FloatVector inner =
          v.mul(3 * FloatMath.GELU_CUBE)
              .lanewise(VectorOperators.FMA, v, 1)
              .mul(FloatMath.GELU_SCALE);
      FloatVector rest = y.mul(y).neg().add(1);
      FloatVector slope = v.mul(0.5f).mul(inner).fma(rest, y.mul(0.5f).add(0.5f));
      FloatVector.fromArray(SPECIES, gradOutput, start + i).mul(slope).intoArray(out, start + i);
    }
    for (; i < n; i++) {
      out[start + i] = gradOutput[start + i] * FloatMath.geluTanhSlope(x[start + i], t[i]);
    }
  }

  /** out = gradOutput s (1 + x (1 - s)) with s = 1 / (1 + t). */
  private static void siluSlope(
      float[] gradOutput, float[] x, float[] t, float[] out, int start, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector s =
          FloatVector.broadcast(SPECIES, 1).div(FloatVector.fromArray(SPECIES, t, i).add(1));
      FloatVector slope =
          FloatVector.fromArray(SPECIES, x, start + i)
              .lanewise(VectorOperators.FMA, s.neg().add(1), 1)
              .mul(s);
      FloatVector.fromArray(SPECIES, gradOutput, start + i).mul(slope).intoArray(out, start + i);
    }
    for (; i < n; i++) {
      float s = 1 / (1 + t[i]);
      out[start + i] = gradOutput[start + i] * (s * FloatMath.fma(x[start + i], 1 - s, 1));
    }
  }

  /** out = gradOutput (1 - t²). */
  private static void tanhSlope(float[] gradOutput, float[] t, float[] out, int start, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector y = FloatVector.fromArray(SPECIES, t, i);
      FloatVector.fromArray(SPECIES, gradOutput, start + i)
          .mul(y.mul(y).neg().add(1))
          .intoArray(out, start + i);
    }
    for (; i < n; i++) {
      out[start + i] = gradOutput[start + i] * (1 - t[i] * t[i]);
    }
  }

  /** out = gradOutput s (1 - s) with s = 1 / (1 + t). */
  private static void sigmoidSlope(float[] gradOutput, float[] t, float[] out, int start, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector s =
          FloatVector.broadcast(SPECIES, 1).div(FloatVector.fromArray(SPECIES, t, i).add(1));
      FloatVector.fromArray(SPECIES, gradOutput, start + i)
          .mul(s.mul(s.neg().add(1)))
          .intoArray(out, start + i);
    }
    for (; i < n; i++) {
      float s = 1 / (1 + t[i]);
      out[start + i] = gradOutput[start + i] * (s * (1 - s));
    }
  }

  /** out = gradOutput / (1 + t). */
  private static void softplusSlope(float[] gradOutput, float[] t, float[] out, int start, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector s =
          FloatVector.broadcast(SPECIES, 1).div(FloatVector.fromArray(SPECIES, t, i).add(1));
      FloatVector.fromArray(SPECIES, gradOutput, start + i).mul(s).intoArray(out, start + i);
    }
    for (; i < n; i++) {
      float s = 1 / (1 + t[i]);
      out[start + i] = gradOutput[start + i] * s;
    }
  }

  /** out = x / (1 + t) up. */
  private static void gatedSilu(float[] x, float[] up, float[] t, float[] out, int start, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector.fromArray(SPECIES, x, start + i)
          .div(FloatVector.fromArray(SPECIES, t, i).add(1))
          .mul(FloatVector.fromArray(SPECIES, up, start + i))
          .intoArray(out, start + i);
    }
    for (; i < n; i++) {
      out[start + i] = x[start + i] / (1 + t[i]) * up[start + i];
    }
  }

  /** The gradients of gate x and of up, with s = 1 / (1 + t). */
  private static void swiGluGradients(
      float[] gradOutput,
      float[] x,
      float[] up,
      float[] t,
      float[] gradX,
      float[] gradUp,
      int start,
      int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, start + i);
      FloatVector s =
          FloatVector.broadcast(SPECIES, 1).div(FloatVector.fromArray(SPECIES, t, i).add(1));
      FloatVector g = FloatVector.fromArray(SPECIES, gradOutput, start + i);
      FloatVector slope = v.lanewise(VectorOperators.FMA, s.neg().add(1), 1).mul(s);
      FloatVector ups = FloatVector.fromArray(SPECIES, up, start + i);
      g.mul(ups).mul(slope).intoArray(gradX, start + i);
      g.mul(v.mul(s)).intoArray(gradUp, start + i);
    }
    for (; i < n; i++) {
      float v = x[start + i];
      float s = 1 / (1 + t[i]);
      float g = gradOutput[start + i];
      gradX[start + i] = g * up[start + i] * (s * FloatMath.fma(v, 1 - s, 1));
      gradUp[start + i] = g * (v * s);
    }
  }
}
