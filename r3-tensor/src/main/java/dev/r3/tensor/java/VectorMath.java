package dev.r3.tensor.java;

import static dev.r3.tensor.java.FloatMath.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@link FloatMath}, a vector at a time. */
final class VectorMath {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private VectorMath() {}

  private static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  /** p * x + c. */
  private static FloatVector horner(FloatVector p, FloatVector x, float c) {
    return p.fma(x, all(c));
  }

  static FloatVector exp(FloatVector x) {
    FloatVector z = x.fma(all(LOG2_E), all(ROUND));
    FloatVector n = z.sub(all(ROUND));
    FloatVector r = n.fma(all(-LN2_LOW), n.fma(all(-LN2_HIGH), x));
    FloatVector p = horner(horner(horner(all(E5), r, E4), r, E3), r, E2);
    p = horner(horner(p, r, E1), r, E0);
    FloatVector y = p.fma(r.mul(r), r).add(all(1));
    FloatVector scaled =
        y.reinterpretAsInts()
            .add(z.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
            .reinterpretAsFloats();
    return scaled
        .blend(all(0), x.compare(VectorOperators.LT, all(EXP_MIN)))
        .blend(all(Float.POSITIVE_INFINITY), x.compare(VectorOperators.GT, all(EXP_MAX)));
  }

  /** y, or the sign of x where |x| is at least {@code max}. */
  private static FloatVector saturated(FloatVector y, FloatVector x, float max) {
    return y.blend(all(1), x.compare(VectorOperators.GE, all(max)))
        .blend(all(-1), x.compare(VectorOperators.LE, all(-max)));
  }

  static FloatVector erf(FloatVector x) {
    FloatVector s = x.mul(x);
    FloatVector p = horner(horner(horner(all(ERF_P6), s, ERF_P5), s, ERF_P4), s, ERF_P3);
    p = horner(horner(horner(p, s, ERF_P2), s, ERF_P1), s, ERF_P0);
    FloatVector q = horner(horner(all(ERF_Q4), s, ERF_Q3), s, ERF_Q2);
    q = horner(horner(q, s, ERF_Q1), s, ERF_Q0);
    return saturated(x.mul(p).div(q), x, ERF_MAX);
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector s = x.mul(x);
    FloatVector p = horner(horner(horner(all(TANH_P6), s, TANH_P5), s, TANH_P4), s, TANH_P3);
    p = horner(horner(horner(p, s, TANH_P2), s, TANH_P1), s, TANH_P0);
    FloatVector q = horner(horner(horner(all(TANH_Q3), s, TANH_Q2), s, TANH_Q1), s, TANH_Q0);
    return saturated(x.mul(p).div(q), x, TANH_MAX);
  }

  static FloatVector sigmoid(FloatVector x) {
    return all(1).div(exp(x.neg()).add(all(1)));
  }

  static FloatVector softplus(FloatVector x) {
    FloatVector u = exp(x.abs().neg());
    FloatVector w = u.div(u.add(all(2)));
    FloatVector s = w.mul(w);
    FloatVector p = horner(horner(horner(all(1 / 15f), s, 1 / 13f), s, 1 / 11f), s, 1 / 9f);
    p = horner(horner(horner(horner(p, s, 1 / 7f), s, 1 / 5f), s, 1 / 3f), s, 1);
    return w.add(w).fma(p, x.max(all(0)));
  }

  static FloatVector gelu(FloatVector x) {
    FloatVector half = x.mul(all(0.5f));
    return half.fma(erf(x.mul(all(SQRT_HALF))), half);
  }

  static FloatVector geluSlope(FloatVector x) {
    FloatVector density = exp(x.mul(all(-0.5f)).mul(x)).mul(all(INVERSE_SQRT_2PI));
    return x.fma(density, all(0.5f).fma(erf(x.mul(all(SQRT_HALF))), all(0.5f)));
  }

  /** The argument of tanh in {@link #geluTanh}. */
  private static FloatVector geluArgument(FloatVector x) {
    return x.mul(all(GELU_SCALE)).mul(x.mul(all(GELU_CUBE)).fma(x, all(1)));
  }

  static FloatVector geluTanh(FloatVector x) {
    FloatVector half = x.mul(all(0.5f));
    return half.fma(tanh(geluArgument(x)), half);
  }

  static FloatVector geluTanhSlope(FloatVector x) {
    FloatVector t = tanh(geluArgument(x));
    FloatVector inner = x.mul(all(3 * GELU_CUBE)).fma(x, all(1)).mul(all(GELU_SCALE));
    FloatVector rest = all(1).sub(t.mul(t));
    return x.mul(all(0.5f)).mul(inner).fma(rest, all(0.5f).fma(t, all(0.5f)));
  }

  static FloatVector silu(FloatVector x) {
    return x.mul(sigmoid(x));
  }

  static FloatVector siluSlope(FloatVector x) {
    FloatVector s = sigmoid(x);
    return s.mul(x.fma(all(1).sub(s), all(1)));
  }

  static FloatVector tanhSlope(FloatVector x) {
    FloatVector t = tanh(x);
    return all(1).sub(t.mul(t));
  }

  static FloatVector sigmoidSlope(FloatVector x) {
    FloatVector s = sigmoid(x);
    return s.mul(all(1).sub(s));
  }
}
