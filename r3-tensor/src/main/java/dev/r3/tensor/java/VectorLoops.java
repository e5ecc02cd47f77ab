package dev.r3.tensor.java;

import dev.r3.tensor.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * {@link Loops} in vectors of the machine's width. Sums over lanes are folded in a fixed order: the
 * Vector API leaves the order of its own float reductions open, and it changes when a method is
 * compiled.
 */
final class VectorLoops implements Loops {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final Loops PLAIN = new PlainLoops();
  private static final VectorShuffle<Float> BY_8 = VectorShuffle.iota(SPECIES, 8, 1, true);
  private static final VectorShuffle<Float> BY_4 = VectorShuffle.iota(SPECIES, 4, 1, true);
  private static final VectorShuffle<Float> BY_2 = VectorShuffle.iota(SPECIES, 2, 1, true);
  private static final VectorShuffle<Float> BY_1 = VectorShuffle.iota(SPECIES, 1, 1, true);

  /** The sum over the lanes. */
  static float total(FloatVector v) {
    if (LANES > 8) {
      v = v.add(v.rearrange(BY_8));
    }
    if (LANES > 4) {
      v = v.add(v.rearrange(BY_4));
    }
    if (LANES > 2) {
      v = v.add(v.rearrange(BY_2));
    }
    return v.add(v.rearrange(BY_1)).lane(0);
  }

  @Override
  public void add(float[] a, float[] b, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      FloatVector.fromArray(SPECIES, a, i)
          .add(FloatVector.fromArray(SPECIES, b, i))
          .intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = a[i] + b[i];
    }
  }

  @Override
  public void subtract(float[] a, float[] b, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      FloatVector.fromArray(SPECIES, a, i)
          .sub(FloatVector.fromArray(SPECIES, b, i))
          .intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = a[i] - b[i];
    }
  }

  @Override
  public void multiply(float[] a, float[] b, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      FloatVector.fromArray(SPECIES, a, i)
          .mul(FloatVector.fromArray(SPECIES, b, i))
          .intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = a[i] * b[i];
    }
  }

  @Override
  public void scale(float[] x, float factor, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      FloatVector.fromArray(SPECIES, x, i).mul(factor).intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = x[i] * factor;
    }
  }

  @Override
  public void combine(float[] target, float targetScale, float[] x, float scale, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      FloatVector.broadcast(SPECIES, scale)
          .fma(
              FloatVector.fromArray(SPECIES, x, i),
              FloatVector.fromArray(SPECIES, target, i).mul(targetScale))
          .intoArray(target, i);
    }
    for (; i < to; i++) {
      target[i] = FloatMath.fma(scale, x[i], targetScale * target[i]);
    }
  }

  @Override
  public void addScaled(float factor, float[] x, int xOffset, float[] out, int outOffset, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector.broadcast(SPECIES, factor)
          .fma(
              FloatVector.fromArray(SPECIES, x, xOffset + i),
              FloatVector.fromArray(SPECIES, out, outOffset + i))
          .intoArray(out, outOffset + i);
    }
    for (; i < n; i++) {
      out[outOffset + i] = FloatMath.fma(factor, x[xOffset + i], out[outOffset + i]);
    }
  }

  @Override
  public void activate(
      Activation activation, float[] x, float[] out, float[] scratch, int from, int to) {
    VectorActivations.activate(activation, x, out, scratch, from, to);
  }

  @Override
  public void activateBackward(
      Activation activation,
      float[] gradOutput,
      float[] x,
      float[] out,
      float[] scratch,
      int from,
      int to) {
    VectorActivations.activateBackward(activation, gradOutput, x, out, scratch, from, to);
  }

  @Override
  public void swiGlu(float[] gate, float[] up, float[] out, float[] scratch, int from, int to) {
    VectorActivations.swiGlu(gate, up, out, scratch, from, to);
  }

  @Override
  public void swiGluBackward(
      float[] gradOutput,
      float[] gate,
      float[] up,
      float[] gradGate,
      float[] gradUp,
      float[] scratch,
      int from,
      int to) {
    VectorActivations.swiGluBackward(gradOutput, gate, up, gradGate, gradUp, scratch, from, to);
  }

  @Override
  public void adamW(
      float[] parameter,
      float[] gradient,
      float[] moment1,
      float[] moment2,
      AdamWFactors f,
      int from,
      int to) {
    float weight = f.oneMinusBeta1();
    boolean nearOld = weight < 0.5f; // torch.lerp
    float gradientScale = f.gradientScale();
    float decay = f.decay();
    float beta1 = f.beta1();
    float beta2 = f.beta2();
    float oneMinusBeta2 = f.oneMinusBeta2();
    float rootCorrection = f.rootCorrection();
    float epsilon = f.epsilon();
    float stepSize = f.stepSize();
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      FloatVector g = FloatVector.fromArray(SPECIES, gradient, i).mul(gradientScale);
      FloatVector old = FloatVector.fromArray(SPECIES, moment1, i);
      FloatVector gap = g.sub(old);
      FloatVector m = nearOld ? old.add(gap.mul(weight)) : g.sub(gap.mul(beta1));
      FloatVector v =
          FloatVector.fromArray(SPECIES, moment2, i).mul(beta2).add(g.mul(oneMinusBeta2).mul(g));
      m.intoArray(moment1, i);
      v.intoArray(moment2, i);
      FloatVector denominator = v.sqrt().div(rootCorrection).add(epsilon);
      FloatVector.fromArray(SPECIES, parameter, i)
          .mul(decay)
          .sub(m.div(denominator).mul(stepSize))
          .intoArray(parameter, i);
    }
    for (; i < to; i++) {
      float g = gradient[i] * gradientScale;
      float gap = g - moment1[i];
      float m = nearOld ? moment1[i] + gap * weight : g - gap * beta1;
      float v = moment2[i] * beta2 + g * oneMinusBeta2 * g;
      moment1[i] = m;
      moment2[i] = v;
      float denominator = (float) Math.sqrt(v) / rootCorrection + epsilon;
      parameter[i] = parameter[i] * decay - m / denominator * stepSize;
    }
  }

  @Override
  public void widenBfloat16(int[] from, int fromOffset, float[] to, int rows, int width) {
    if (width % LANES != 0) { // a tile of narrower vectors than the machine's
      PLAIN.widenBfloat16(from, fromOffset, to, rows, width);
      return;
    }
    for (int j = 0; j < width; j += LANES) {
      for (int row = 0; row < rows; row++) {
        int upper = 2 * row * width + j;
        IntVector pair = IntVector.fromArray(INTS, from, fromOffset + row * width + j);
        pair.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(to, upper);
        pair.and(0xffff0000).reinterpretAsFloats().intoArray(to, upper + width);
      }
    }
  }

  @Override
  public void widenInt8(
      int[] from,
      int fromOffset,
      float[] scales,
      int scaleOffset,
      float[] to,
      int rows,
      int width) {
    if (width % LANES != 0) {
      PLAIN.widenInt8(from, fromOffset, scales, scaleOffset, to, rows, width);
      return;
    }
    for (int j = 0; j < width; j += LANES) {
      FloatVector scale = FloatVector.fromArray(SPECIES, scales, scaleOffset + j);
      for (int row = 0; row < rows; row++) {
        int first = 4 * row * width + j;
        IntVector four = IntVector.fromArray(INTS, from, fromOffset + row * width + j);
        ((FloatVector)
                four.lanewise(VectorOperators.LSHL, 24)
                    .lanewise(VectorOperators.ASHR, 24)
                    .convert(VectorOperators.I2F, 0))
            .mul(scale)
            .intoArray(to, first);
        ((FloatVector)
                four.lanewise(VectorOperators.LSHL, 16)
                    .lanewise(VectorOperators.ASHR, 24)
                    .convert(VectorOperators.I2F, 0))
            .mul(scale)
            .intoArray(to, first + width);
        ((FloatVector)
                four.lanewise(VectorOperators.LSHL, 8)
                    .lanewise(VectorOperators.ASHR, 24)
                    .convert(VectorOperators.I2F, 0))
            .mul(scale)
            .intoArray(to, first + 2 * width);
        ((FloatVector) four.lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0))
            .mul(scale)
            .intoArray(to, first + 3 * width);
      }
    }
  }

  @Override
  public float sum(float[] x, int offset, int n) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= n - 2 * LANES; i += 2 * LANES) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, x, offset + i));
      s1 = s1.add(FloatVector.fromArray(SPECIES, x, offset + i + LANES));
    }
    float rest = 0;
    for (; i < n; i++) {
      rest += x[offset + i];
    }
    return total(s0.add(s1)) + rest;
  }

  @Override
  public float dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= n - 2 * LANES; i += 2 * LANES) {
      s0 =
          FloatVector.fromArray(SPECIES, a, aOffset + i)
              .fma(FloatVector.fromArray(SPECIES, b, bOffset + i), s0);
      s1 =
          FloatVector.fromArray(SPECIES, a, aOffset + i + LANES)
              .fma(FloatVector.fromArray(SPECIES, b, bOffset + i + LANES), s1);
    }
    float rest = 0;
    for (; i < n; i++) {
      rest = FloatMath.fma(a[aOffset + i], b[bOffset + i], rest);
    }
    return total(s0.add(s1)) + rest;
  }

  @Override
  public float squaredDeviations(float[] x, int offset, int n, float mean) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= n - 2 * LANES; i += 2 * LANES) {
      FloatVector d0 = FloatVector.fromArray(SPECIES, x, offset + i).sub(mean);
      FloatVector d1 = FloatVector.fromArray(SPECIES, x, offset + i + LANES).sub(mean);
      s0 = d0.fma(d0, s0);
      s1 = d1.fma(d1, s1);
    }
    float rest = 0;
    for (; i < n; i++) {
      float d = x[offset + i] - mean;
      rest = FloatMath.fma(d, d, rest);
    }
    return total(s0.add(s1)) + rest;
  }

  @Override
  public float max(float[] x, int offset, int n) {
    FloatVector most = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      most = most.max(FloatVector.fromArray(SPECIES, x, offset + i));
    }
    float max = most.reduceLanes(VectorOperators.MAX);
    for (; i < n; i++) {
      max = Math.max(max, x[offset + i]);
    }
    return max;
  }

  @Override
  public float exp(
      float[] x, int xOffset, float scale, float shift, float[] out, int outOffset, int n) {
    return VectorFunctions.exp(x, xOffset, scale, shift, out, outOffset, n);
  }

  @Override
  public void softmaxBackward(
      float[] probability,
      float[] gradProbability,
      int offset,
      float shift,
      float factor,
      float[] out,
      int n) {
    int i = offset;
    for (; i <= offset + n - LANES; i += LANES) {
      FloatVector.fromArray(SPECIES, probability, i)
          .mul(FloatVector.fromArray(SPECIES, gradProbability, i).sub(shift))
          .mul(factor)
          .intoArray(out, i);
    }
    for (; i < offset + n; i++) {
      out[i] = probability[i] * (gradProbability[i] - shift) * factor;
    }
  }

  @Override
  public void normalize(
      float[] x,
      int offset,
      float mean,
      float inverse,
      float[] gain,
      float @Nullable [] bias,
      float[] out,
      int n) {
    int i = 0;
    if (bias == null) {
      for (; i <= n - LANES; i += LANES) {
        FloatVector.fromArray(SPECIES, x, offset + i)
            .sub(mean)
            .mul(inverse)
            .mul(FloatVector.fromArray(SPECIES, gain, i))
            .intoArray(out, offset + i);
      }
      for (; i < n; i++) {
        out[offset + i] = (x[offset + i] - mean) * inverse * gain[i];
      }
      return;
    }
    for (; i <= n - LANES; i += LANES) {
      FloatVector normal = FloatVector.fromArray(SPECIES, x, offset + i).sub(mean).mul(inverse);
      normal
          .fma(FloatVector.fromArray(SPECIES, gain, i), FloatVector.fromArray(SPECIES, bias, i))
          .intoArray(out, offset + i);
    }
    for (; i < n; i++) {
      out[offset + i] = FloatMath.fma((x[offset + i] - mean) * inverse, gain[i], bias[i]);
    }
  }

  @Override
  public void normalizeBackward(
      float[] gradOutput,
      float[] x,
      int offset,
      float mean,
      float inverse,
      float[] gain,
      float[] gradX,
      float[] gradGain,
      float @Nullable [] gradBias,
      int n) {
    float meanNormal = gainGradients(gradOutput, x, offset, mean, inverse, gain, gradGain, n) / n;
    float meanGrad = 0;
    if (gradBias != null) {
      addScaled(1, gradOutput, offset, gradBias, 0, n);
      meanGrad = dot(gradOutput, offset, gain, 0, n) / n;
    }
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector normal = FloatVector.fromArray(SPECIES, x, offset + i).sub(mean).mul(inverse);
      FloatVector own =
          FloatVector.fromArray(SPECIES, gradOutput, offset + i)
              .mul(FloatVector.fromArray(SPECIES, gain, i))
              .sub(meanGrad);
      own.sub(normal.mul(meanNormal)).mul(inverse).intoArray(gradX, offset + i);
    }
    for (; i < n; i++) {
      float normal = (x[offset + i] - mean) * inverse;
      float own = gradOutput[offset + i] * gain[i] - meanGrad;
      gradX[offset + i] = (own - normal * meanNormal) * inverse;
    }
  }

  /** gradGain += gradOutput * normal; returns Σ gradOutput * gain * normal. */
  private static float gainGradients(
      float[] gradOutput,
      float[] x,
      int offset,
      float mean,
      float inverse,
      float[] gain,
      float[] gradGain,
      int n) {
    FloatVector sum = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector normal = FloatVector.fromArray(SPECIES, x, offset + i).sub(mean).mul(inverse);
      FloatVector part = FloatVector.fromArray(SPECIES, gradOutput, offset + i).mul(normal);
      FloatVector.fromArray(SPECIES, gradGain, i).add(part).intoArray(gradGain, i);
      sum = part.fma(FloatVector.fromArray(SPECIES, gain, i), sum);
    }
    float rest = 0;
    for (; i < n; i++) {
      float part = gradOutput[offset + i] * ((x[offset + i] - mean) * inverse);
      gradGain[i] += part;
      rest = FloatMath.fma(part, gain[i], rest);
    }
    return total(sum) + rest;
  }

  @Override
  public void rotate(
      float[] x,
      int offset,
      float[] cos,
      float[] sin,
      int angles,
      float direction,
      float[] out,
      int half) {
    int i = 0;
    for (; i <= half - LANES; i += LANES) {
      FloatVector c = FloatVector.fromArray(SPECIES, cos, angles + i);
      FloatVector s = FloatVector.fromArray(SPECIES, sin, angles + i).mul(direction);
      FloatVector first = FloatVector.fromArray(SPECIES, x, offset + i);
      FloatVector second = FloatVector.fromArray(SPECIES, x, offset + half + i);
      first.fma(c, second.mul(s).neg()).intoArray(out, offset + i);
      second.fma(c, first.mul(s)).intoArray(out, offset + half + i);
    }
    for (; i < half; i++) {
      float c = cos[angles + i];
      float s = sin[angles + i] * direction;
      float first = x[offset + i];
      float second = x[offset + half + i];
      out[offset + i] = FloatMath.fma(first, c, -(second * s));
      out[offset + half + i] = FloatMath.fma(second, c, first * s);
    }
  }
}
