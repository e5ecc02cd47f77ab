package dev.r3.tensor.java;

import dev.r3.tensor.Activation;
import jdk.incubator.vector.FloatVector;

/** The activations of {@link VectorLoops}, one small loop each so that each compiles by itself. */
final class VectorActivations {
  private static final int LANES = VectorMath.SPECIES.length();

  private VectorActivations() {}

  static void activate(Activation activation, float[] x, float[] out, int from, int to) {
    switch (activation) {
      case IDENTITY -> System.arraycopy(x, from, out, from, to - from);
      case GELU -> gelu(x, out, from, to);
      case GELU_TANH -> geluTanh(x, out, from, to);
      case SILU -> silu(x, out, from, to);
      case TANH -> tanh(x, out, from, to);
      case SIGMOID -> sigmoid(x, out, from, to);
      case SOFTPLUS -> softplus(x, out, from, to);
    }
  }

  static void activateBackward(
      Activation activation, float[] gradOutput, float[] x, float[] out, int from, int to) {
    switch (activation) {
      case IDENTITY -> System.arraycopy(gradOutput, from, out, from, to - from);
      case GELU -> geluSlope(gradOutput, x, out, from, to);
      case GELU_TANH -> geluTanhSlope(gradOutput, x, out, from, to);
      case SILU -> siluSlope(gradOutput, x, out, from, to);
      case TANH -> tanhSlope(gradOutput, x, out, from, to);
      case SIGMOID -> sigmoidSlope(gradOutput, x, out, from, to);
      case SOFTPLUS -> softplusSlope(gradOutput, x, out, from, to);
    }
  }

  private static FloatVector load(float[] array, int index) {
    return FloatVector.fromArray(VectorMath.SPECIES, array, index);
  }

  private static void gelu(float[] x, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      VectorMath.gelu(load(x, i)).intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = FloatMath.gelu(x[i]);
    }
  }

  private static void geluTanh(float[] x, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      VectorMath.geluTanh(load(x, i)).intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = FloatMath.geluTanh(x[i]);
    }
  }

  private static void silu(float[] x, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      VectorMath.silu(load(x, i)).intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = FloatMath.silu(x[i]);
    }
  }

  private static void tanh(float[] x, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      VectorMath.tanh(load(x, i)).intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = FloatMath.tanh(x[i]);
    }
  }

  private static void sigmoid(float[] x, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      VectorMath.sigmoid(load(x, i)).intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = FloatMath.sigmoid(x[i]);
    }
  }

  private static void softplus(float[] x, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      VectorMath.softplus(load(x, i)).intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = FloatMath.softplus(x[i]);
    }
  }

  private static void geluSlope(float[] gradOutput, float[] x, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      load(gradOutput, i).mul(VectorMath.geluSlope(load(x, i))).intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = gradOutput[i] * FloatMath.geluSlope(x[i]);
    }
  }

  private static void geluTanhSlope(float[] gradOutput, float[] x, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      load(gradOutput, i).mul(VectorMath.geluTanhSlope(load(x, i))).intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = gradOutput[i] * FloatMath.geluTanhSlope(x[i]);
    }
  }

  private static void siluSlope(float[] gradOutput, float[] x, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      load(gradOutput, i).mul(VectorMath.siluSlope(load(x, i))).intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = gradOutput[i] * FloatMath.siluSlope(x[i]);
    }
  }

  private static void tanhSlope(float[] gradOutput, float[] x, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      load(gradOutput, i).mul(VectorMath.tanhSlope(load(x, i))).intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = gradOutput[i] * FloatMath.tanhSlope(x[i]);
    }
  }

  private static void sigmoidSlope(float[] gradOutput, float[] x, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      load(gradOutput, i).mul(VectorMath.sigmoidSlope(load(x, i))).intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = gradOutput[i] * FloatMath.sigmoidSlope(x[i]);
    }
  }

  private static void softplusSlope(float[] gradOutput, float[] x, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      load(gradOutput, i).mul(VectorMath.sigmoid(load(x, i))).intoArray(out, i);
    }
    for (; i < to; i++) {
      out[i] = gradOutput[i] * FloatMath.sigmoid(x[i]);
    }
  }
}
