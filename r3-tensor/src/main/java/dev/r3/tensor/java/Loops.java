package dev.r3.tensor.java;

import dev.r3.tensor.Activation;
import org.jspecify.annotations.Nullable;

/**
 * The loops over contiguous floats that all kernels but gemm are made of; in vectors and in plain
 * Java. Where arrays share one index, it runs from {@code from} to {@code to - 1}; outputs may be
 * inputs.
 */
interface Loops {
  /** Floats of scratch memory that some loops ask for. */
  int SCRATCH = 512;

  // ---- elementwise

  void add(float[] a, float[] b, float[] out, int from, int to);

  void subtract(float[] a, float[] b, float[] out, int from, int to);

  void multiply(float[] a, float[] b, float[] out, int from, int to);

  void scale(float[] x, float factor, float[] out, int from, int to);

  /** target = targetScale * target + scale * x. */
  void combine(float[] target, float targetScale, float[] x, float scale, int from, int to);

  /** out += factor * x. */
  void addScaled(float factor, float[] x, int xOffset, float[] out, int outOffset, int n);

  void activate(Activation activation, float[] x, float[] out, float[] scratch, int from, int to);

  /** out = gradOutput * activation'(x); out is none of the inputs. */
  void activateBackward(
      Activation activation,
      float[] gradOutput,
      float[] x,
      float[] out,
      float[] scratch,
      int from,
      int to);

  /** out = silu(gate) * up. */
  void swiGlu(float[] gate, float[] up, float[] out, float[] scratch, int from, int to);

  void swiGluBackward(
      float[] gradOutput,
      float[] gate,
      float[] up,
      float[] gradGate,
      float[] gradUp,
      float[] scratch,
      int from,
      int to);

  /** One update in the order of torch.optim.AdamW; see {@link AdamWFactors}. */
  void adamW(
      float[] parameter,
      float[] gradient,
      float[] moment1,
      float[] moment2,
      AdamWFactors factors,
      int from,
      int to);

  // ---- weights in fewer bits; see NarrowWeight

  /**
   * Widens [rows, width] ints, each of two elements that lie below each other, to [2 rows, width].
   */
  void widenBfloat16(int[] from, int fromOffset, float[] to, int rows, int width);

  /**
   * Widens [rows, width] ints, each of four elements that lie below each other, to [4 rows, width],
   * and multiplies column j by scales[scaleOffset + j].
   */
  void widenInt8(
      int[] from, int fromOffset, float[] scales, int scaleOffset, float[] to, int rows, int width);

  // ---- rows

  float sum(float[] x, int offset, int n);

  float dot(float[] a, int aOffset, float[] b, int bOffset, int n);

  /** Σ (x - mean)². */
  float squaredDeviations(float[] x, int offset, int n, float mean);

  /** The greatest element; -∞ when there is none. */
  float max(float[] x, int offset, int n);

  /** out = e^(scale * x - shift); returns the sum of it. */
  float exp(float[] x, int xOffset, float scale, float shift, float[] out, int outOffset, int n);

  /** out = probability * (gradProbability - shift) * factor: the way back through softmax. */
  void softmaxBackward(
      float[] probability,
      float[] gradProbability,
      int offset,
      float shift,
      float factor,
      float[] out,
      int n);

  /** out = (x - mean) * inverse * gain + bias, where bias may be absent. */
  void normalize(
      float[] x,
      int offset,
      float mean,
      float inverse,
      float[] gain,
      float @Nullable [] bias,
      float[] out,
      int n);

  /**
   * The way back through {@link #normalize} for one row, adding to the gradients of gain and bias;
   * without gradBias the row was not centred.
   */
  void normalizeBackward(
      float[] gradOutput,
      float[] x,
      int offset,
      float mean,
      float inverse,
      float[] gain,
      float[] gradX,
      float[] gradGain,
      float @Nullable [] gradBias,
      int n);

  /**
   * Turns pairs (x_i, x_{i + half}) by the angles given: out_i = x_i cos_i - x_{i + half} sin_i,
   * out_{i + half} = x_{i + half} cos_i + x_i sin_i.
   *
   * @param direction 1, or -1 to turn back
   */
  void rotate(
      float[] x,
      int offset,
      float[] cos,
      float[] sin,
      int angles,
      float direction,
      float[] out,
      int half);
}
