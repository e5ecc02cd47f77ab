package dev.r3.tensor.java;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The functions of {@link FloatMath} over arrays, a vector at a time.
 *
 * <p>The loops of this package call the Vector API and nothing else. Its methods are always
 * inlined; ours are not once a compilation has grown large, and a vector that crosses a call
 * becomes an object, which is a hundred times slower.
 */
final class VectorFunctions {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private VectorFunctions() {}

  /** out = e^(scale * x - shift); returns the sum of it. */
  static float exp(
      float[] x, int xOffset, float scale, float shift, float[] out, int outOffset, int n) {
    FloatVector sum = FloatVector.zero(SPECIES);
    FloatVector scales = FloatVector.broadcast(SPECIES, scale);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v =
          FloatVector.fromArray(SPECIES, x, xOffset + i)
              .lanewise(VectorOperators.FMA, scales, -shift);
      FloatVector z = v.lanewise(VectorOperators.FMA, FloatMath.LOG2_E, FloatMath.ROUND);
      FloatVector whole = z.sub(FloatMath.ROUND);
      FloatVector r = whole.lanewise(VectorOperators.FMA, -FloatMath.LN2_HIGH, v);
      r = whole.lanewise(VectorOperators.FMA, -FloatMath.LN2_LOW, r);
      FloatVector p = FloatVector.broadcast(SPECIES, FloatMath.E5);
      p = p.lanewise(VectorOperators.FMA, r, FloatMath.E4);
      p = p.lanewise(VectorOperators.FMA, r, FloatMath.E3);
      p = p.lanewise(VectorOperators.FMA, r, FloatMath.E2);
      p = p.lanewise(VectorOperators.FMA, r, FloatMath.E1);
      p = p.lanewise(VectorOperators.FMA, r, FloatMath.E0);
      IntVector bits = p.fma(r.mul(r), r).add(1).reinterpretAsInts();
      FloatVector y =
          bits.add(z.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats()
              .blend(0, v.compare(VectorOperators.LT, FloatMath.EXP_MIN))
              .blend(Float.POSITIVE_INFINITY, v.compare(VectorOperators.GT, FloatMath.EXP_MAX));
      y.intoArray(out, outOffset + i);
      sum = sum.add(y);
    }
    float rest = 0;
    for (; i < n; i++) {
      float y = FloatMath.exp(FloatMath.fma(x[xOffset + i], scale, -shift));
      out[outOffset + i] = y;
      rest += y;
    }
    return VectorLoops.total(sum) + rest;
  }

  /** out = e^(scale * x), from index 0 of out. */
  static void exp(float[] x, int xOffset, float scale, float[] out, int n) {
    float unused = exp(x, xOffset, scale, 0, out, 0, n);
  }

  /** out = erf(scale * x). */
  static void erf(float[] x, int xOffset, float scale, float[] out, int outOffset, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i).mul(scale);
      FloatVector s = v.mul(v);
      FloatVector p = FloatVector.broadcast(SPECIES, FloatMath.ERF_P6);
      p = p.lanewise(VectorOperators.FMA, s, FloatMath.ERF_P5);
      p = p.lanewise(VectorOperators.FMA, s, FloatMath.ERF_P4);
      p = p.lanewise(VectorOperators.FMA, s, FloatMath.ERF_P3);
      p = p.lanewise(VectorOperators.FMA, s, FloatMath.ERF_P2);
      p = p.lanewise(VectorOperators.FMA, s, FloatMath.ERF_P1);
      p = p.lanewise(VectorOperators.FMA, s, FloatMath.ERF_P0);
      FloatVector q = FloatVector.broadcast(SPECIES, FloatMath.ERF_Q4);
      q = q.lanewise(VectorOperators.FMA, s, FloatMath.ERF_Q3);
      q = q.lanewise(VectorOperators.FMA, s, FloatMath.ERF_Q2);
      q = q.lanewise(VectorOperators.FMA, s, FloatMath.ERF_Q1);
      q = q.lanewise(VectorOperators.FMA, s, FloatMath.ERF_Q0);
      v.mul(p)
          .div(q)
          .blend(1, v.compare(VectorOperators.GE, FloatMath.ERF_MAX))
          .blend(-1, v.compare(VectorOperators.LE, -FloatMath.ERF_MAX))
          .intoArray(out, outOffset + i);
    }
    for (; i < n; i++) {
      out[outOffset + i] = FloatMath.erf(x[xOffset + i] * scale);
    }
  }

  /** out = tanh(x). */
  static void tanh(float[] x, int xOffset, float[] out, int outOffset, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i);
      FloatVector s = v.mul(v);
      FloatVector p = FloatVector.broadcast(SPECIES, FloatMath.TANH_P6);
      p = p.lanewise(VectorOperators.FMA, s, FloatMath.TANH_P5);
      p = p.lanewise(VectorOperators.FMA, s, FloatMath.TANH_P4);
      p = p.lanewise(VectorOperators.FMA, s, FloatMath.TANH_P3);
      p = p.lanewise(VectorOperators.FMA, s, FloatMath.TANH_P2);
      p = p.lanewise(VectorOperators.FMA, s, FloatMath.TANH_P1);
      p = p.lanewise(VectorOperators.FMA, s, FloatMath.TANH_P0);
      FloatVector q = FloatVector.broadcast(SPECIES, FloatMath.TANH_Q3);
      q = q.lanewise(VectorOperators.FMA, s, FloatMath.TANH_Q2);
      q = q.lanewise(VectorOperators.FMA, s, FloatMath.TANH_Q1);
      q = q.lanewise(VectorOperators.FMA, s, FloatMath.TANH_Q0);
      v.mul(p)
          .div(q)
          .blend(1, v.compare(VectorOperators.GE, FloatMath.TANH_MAX))
          .blend(-1, v.compare(VectorOperators.LE, -FloatMath.TANH_MAX))
          .intoArray(out, outOffset + i);
    }
    for (; i < n; i++) {
      out[outOffset + i] = FloatMath.tanh(x[xOffset + i]);
    }
  }
}
