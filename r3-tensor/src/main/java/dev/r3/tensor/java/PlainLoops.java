package dev.r3.tensor.java;

import dev.r3.tensor.Activation;
import org.jspecify.annotations.Nullable;

/** {@link Loops} in plain Java: what the compiler vectorises, it vectorises. */
final class PlainLoops implements Loops {

  @Override
  public void add(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] + b[i];
    }
  }

  @Override
  public void subtract(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] - b[i];
    }
  }

  @Override
  public void multiply(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] * b[i];
    }
  }

  @Override
  public void scale(float[] x, float factor, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = x[i] * factor;
    }
  }

  @Override
  public void combine(float[] target, float targetScale, float[] x, float scale, int from, int to) {
    for (int i = from; i < to; i++) {
      target[i] = FloatMath.fma(scale, x[i], targetScale * target[i]);
    }
  }

  @Override
  public void addScaled(float factor, float[] x, int xOffset, float[] out, int outOffset, int n) {
    for (int i = 0; i < n; i++) {
      out[outOffset + i] = FloatMath.fma(factor, x[xOffset + i], out[outOffset + i]);
    }
  }

  @Override
  public void activate(
      Activation activation, float[] x, float[] out, float[] scratch, int from, int to) {
    switch (activation) {
      case IDENTITY -> System.arraycopy(x, from, out, from, to - from);
      case GELU -> {
        for (int i = from; i < to; i++) {
          out[i] = FloatMath.gelu(x[i]);
        }
      }
      case GELU_TANH -> {
        for (int i = from; i < to; i++) {
          out[i] = FloatMath.geluTanh(x[i]);
        }
      }
      case SILU -> {
        for (int i = from; i < to; i++) {
          out[i] = FloatMath.silu(x[i]);
        }
      }
      case TANH -> {
        for (int i = from; i < to; i++) {
          out[i] = FloatMath.tanh(x[i]);
        }
      }
      case SIGMOID -> {
        for (int i = from; i < to; i++) {
          out[i] = FloatMath.sigmoid(x[i]);
        }
      }
      case SOFTPLUS -> {
        for (int i = from; i < to; i++) {
          out[i] = FloatMath.softplus(x[i]);
        }
      }
    }
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
    switch (activation) {
      case IDENTITY -> System.arraycopy(gradOutput, from, out, from, to - from);
      case GELU -> {
        for (int i = from; i < to; i++) {
          out[i] = gradOutput[i] * FloatMath.geluSlope(x[i]);
        }
      }
      case GELU_TANH -> {
        for (int i = from; i < to; i++) {
          out[i] = gradOutput[i] * FloatMath.geluTanhSlope(x[i]);
        }
      }
      case SILU -> {
        for (int i = from; i < to; i++) {
          out[i] = gradOutput[i] * FloatMath.siluSlope(x[i]);
        }
      }
      case TANH -> {
        for (int i = from; i < to; i++) {
          out[i] = gradOutput[i] * FloatMath.tanhSlope(x[i]);
        }
      }
      case SIGMOID -> {
        for (int i = from; i < to; i++) {
          out[i] = gradOutput[i] * FloatMath.sigmoidSlope(x[i]);
        }
      }
      case SOFTPLUS -> {
        for (int i = from; i < to; i++) {
          out[i] = gradOutput[i] * FloatMath.sigmoid(x[i]);
        }
      }
    }
  }

  @Override
  public void swiGlu(float[] gate, float[] up, float[] out, float[] scratch, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = FloatMath.silu(gate[i]) * up[i];
    }
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
    for (int i = from; i < to; i++) {
      float g = gradOutput[i];
      float x = gate[i];
      float s = FloatMath.sigmoid(x);
      gradGate[i] = g * up[i] * (s * FloatMath.fma(x, 1 - s, 1));
      gradUp[i] = g * (x * s);
    }
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
    for (int i = from; i < to; i++) {
      float g = gradient[i] * f.gradientScale();
      float gap = g - moment1[i];
      float m = // torch.lerp
          f.oneMinusBeta1() < 0.5f ? moment1[i] + gap * f.oneMinusBeta1() : g - gap * f.beta1();
      float v = moment2[i] * f.beta2() + g * f.oneMinusBeta2() * g;
      moment1[i] = m;
      moment2[i] = v;
      float denominator = (float) Math.sqrt(v) / f.rootCorrection() + f.epsilon();
      parameter[i] = parameter[i] * f.decay() - m / denominator * f.stepSize();
    }
  }

  @Override
  public void widenBfloat16(int[] from, int fromOffset, float[] to, int rows, int width) {
    for (int row = 0; row < rows; row++) {
      int upper = 2 * row * width;
      for (int j = 0; j < width; j++) {
        int pair = from[fromOffset + row * width + j];
        to[upper + j] = Float.intBitsToFloat(pair << 16);
        to[upper + width + j] = Float.intBitsToFloat(pair & 0xffff0000);
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
    for (int row = 0; row < rows; row++) {
      int first = 4 * row * width;
      for (int j = 0; j < width; j++) {
        int four = from[fromOffset + row * width + j];
        float scale = scales[scaleOffset + j];
        to[first + j] = (four << 24 >> 24) * scale;
        to[first + width + j] = (four << 16 >> 24) * scale;
        to[first + 2 * width + j] = (four << 8 >> 24) * scale;
        to[first + 3 * width + j] = (four >> 24) * scale;
      }
    }
  }

  @Override
  public float sum(float[] x, int offset, int n) {
    double sum = 0;
    for (int i = offset; i < offset + n; i++) {
      sum += x[i];
    }
    return (float) sum;
  }

  @Override
  public float dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (double) a[aOffset + i] * b[bOffset + i];
    }
    return (float) sum;
  }

  @Override
  public float squaredDeviations(float[] x, int offset, int n, float mean) {
    double sum = 0;
    for (int i = offset; i < offset + n; i++) {
      float d = x[i] - mean;
      sum += d * d;
    }
    return (float) sum;
  }

  @Override
  public float max(float[] x, int offset, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + n; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  @Override
  public float exp(
      float[] x, int xOffset, float scale, float shift, float[] out, int outOffset, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      float y = FloatMath.exp(FloatMath.fma(x[xOffset + i], scale, -shift));
      out[outOffset + i] = y;
      sum += y;
    }
    return (float) sum;
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
    for (int i = offset; i < offset + n; i++) {
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
    for (int i = 0; i < n; i++) {
      float normal = (x[offset + i] - mean) * inverse;
      out[offset + i] = bias == null ? normal * gain[i] : FloatMath.fma(normal, gain[i], bias[i]);
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
    double sum = 0;
    double sumNormal = 0;
    for (int i = 0; i < n; i++) {
      float g = gradOutput[offset + i];
      float normal = (x[offset + i] - mean) * inverse;
      gradGain[i] += g * normal;
      sum += g * gain[i];
      sumNormal += g * gain[i] * normal;
    }
    if (gradBias != null) {
      for (int i = 0; i < n; i++) {
        gradBias[i] += gradOutput[offset + i];
      }
    }
    float meanGrad = gradBias == null ? 0 : (float) (sum / n);
    float meanNormal = (float) (sumNormal / n);
    for (int i = 0; i < n; i++) {
      float normal = (x[offset + i] - mean) * inverse;
      float own = gradOutput[offset + i] * gain[i];
      gradX[offset + i] = (own - meanGrad - normal * meanNormal) * inverse;
    }
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
    for (int i = 0; i < half; i++) {
      float c = cos[angles + i];
      float s = sin[angles + i] * direction;
      float first = x[offset + i];
      float second = x[offset + half + i];
      out[offset + i] = FloatMath.fma(first, c, -(second * s));
      out[offset + half + i] = FloatMath.fma(second, c, first * s);
    }
  }
}
