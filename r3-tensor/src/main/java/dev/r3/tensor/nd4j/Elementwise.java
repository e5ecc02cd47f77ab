package dev.r3.tensor.nd4j;

import dev.r3.tensor.Activation;
import dev.r3.tensor.AdamWStep;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt;
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log1p;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh;

/** Kernels that treat every element alike; all arrays of one shape. */
final class Elementwise {
  private static final double TANH_SCALE = Math.sqrt(2 / Math.PI);
  private static final double TANH_CUBIC = 0.044715;

  private Elementwise() {}

  /** out = activation(x); out is not x. */
  static void activate(Activation activation, INDArray x, INDArray out, Scratch scratch) {
    switch (activation) {
      case IDENTITY -> Ops.copy(x, out);
      case GELU -> {
        normalCdf(x, out);
        Ops.multiply(x, out, out);
      }
      case GELU_TANH -> {
        geluTanh(x, out);
        Ops.add(out, 1, out);
        Ops.multiply(x, out, out);
        Ops.multiply(out, 0.5, out);
      }
      case SILU -> {
        Ops.run(new Sigmoid(x, out));
        Ops.multiply(x, out, out);
      }
      case TANH -> Ops.run(new Tanh(x, out));
      case SIGMOID -> Ops.run(new Sigmoid(x, out));
      case SOFTPLUS -> softplus(x, out, scratch);
    }
  }

  /** out = gradOutput * activation'(x); out is neither of them. */
  static void activateBackward(
      Activation activation, INDArray gradOutput, INDArray x, INDArray out, Scratch scratch) {
    switch (activation) {
      case IDENTITY -> Ops.fill(out, 1);
      case GELU -> geluSlope(x, out, scratch);
      case GELU_TANH -> geluTanhSlope(x, out, scratch);
      case SILU -> { // s + x s (1 - s)
        INDArray sigmoid = scratch.like(x);
        Ops.run(new Sigmoid(x, sigmoid));
        Ops.subtractFrom(1, sigmoid, out);
        Ops.multiply(out, x, out);
        Ops.add(out, 1, out);
        Ops.multiply(out, sigmoid, out);
      }
      case TANH -> {
        Ops.run(new Tanh(x, out));
        Ops.multiply(out, out, out);
        Ops.subtractFrom(1, out, out);
      }
      case SIGMOID -> {
        INDArray sigmoid = scratch.like(x);
        Ops.run(new Sigmoid(x, sigmoid));
        Ops.subtractFrom(1, sigmoid, out);
        Ops.multiply(out, sigmoid, out);
      }
      case SOFTPLUS -> Ops.run(new Sigmoid(x, out));
    }
    Ops.multiply(gradOutput, out, out);
  }

  /** out = Φ(x) = (1 + erf(x / √2)) / 2. */
  private static void normalCdf(INDArray x, INDArray out) {
    Ops.multiply(x, Math.sqrt(0.5), out);
    Ops.run(new Erf(out, out));
    Ops.add(out, 1, out);
    Ops.multiply(out, 0.5, out);
  }

  /** Φ(x) + x φ(x). */
  private static void geluSlope(INDArray x, INDArray out, Scratch scratch) {
    INDArray density = scratch.like(x);
    Ops.multiply(x, x, density);
    Ops.multiply(density, -0.5, density);
    Ops.run(new Exp(density, density));
    Ops.multiply(density, 1 / Math.sqrt(2 * Math.PI), density);
    Ops.multiply(density, x, density);
    normalCdf(x, out);
    Ops.add(out, density, out);
  }

  /** out = tanh(√(2/π) (x + 0.044715 x³)). */
  private static void geluTanh(INDArray x, INDArray out) {
    Ops.multiply(x, x, out);
    Ops.multiply(out, TANH_CUBIC, out);
    Ops.add(out, 1, out);
    Ops.multiply(out, x, out);
    Ops.multiply(out, TANH_SCALE, out);
    Ops.run(new Tanh(out, out));
  }

  /** (1 + t + x (1 - t²) √(2/π) (1 + 3 * 0.044715 x²)) / 2. */
  private static void geluTanhSlope(INDArray x, INDArray out, Scratch scratch) {
    INDArray t = scratch.like(x);
    geluTanh(x, t);
    INDArray inner = scratch.like(x);
    Ops.multiply(x, x, inner);
    Ops.multiply(inner, 3 * TANH_CUBIC, inner);
    Ops.add(inner, 1, inner);
    Ops.multiply(inner, TANH_SCALE, inner);
    Ops.multiply(inner, x, inner);
    Ops.multiply(t, t, out);
    Ops.subtractFrom(1, out, out);
    Ops.multiply(out, inner, out);
    Ops.add(out, t, out);
    Ops.add(out, 1, out);
    Ops.multiply(out, 0.5, out);
  }

  /** max(x, 0) + log(1 + e^-|x|). */
  private static void softplus(INDArray x, INDArray out, Scratch scratch) {
    INDArray tail = scratch.like(x);
    Ops.run(new Abs(x, tail));
    Ops.multiply(tail, -1, tail);
    Ops.run(new Exp(tail, tail));
    Ops.run(new Log1p(tail, tail));
    Ops.max(x, 0, out);
    Ops.add(out, tail, out);
  }

  static void swiGlu(INDArray gate, INDArray up, INDArray out, Scratch scratch) {
    activate(Activation.SILU, gate, out, scratch);
    Ops.multiply(out, up, out);
  }

  static void swiGluBackward(
      INDArray gradOutput,
      INDArray gate,
      INDArray up,
      INDArray gradGate,
      INDArray gradUp,
      Scratch scratch) {
    activate(Activation.SILU, gate, gradUp, scratch);
    Ops.multiply(gradOutput, gradUp, gradUp);
    INDArray gradSilu = scratch.like(gate);
    Ops.multiply(gradOutput, up, gradSilu);
    activateBackward(Activation.SILU, gradSilu, gate, gradGate, scratch);
  }

  /** target = targetScale * target + scale * x; a factor of 0 leaves even a NaN out. */
  static void combine(
      INDArray target, double targetScale, INDArray x, double scale, Scratch scratch) {
    if (targetScale == 0 && scale == 0) {
      Ops.fill(target, 0);
    } else if (targetScale == 0) {
      Ops.multiply(x, scale, target);
    } else if (scale == 0) {
      Ops.multiply(target, targetScale, target);
    } else {
      INDArray scaled = x;
      if (scale != 1) {
        scaled = scratch.like(x);
        Ops.multiply(x, scale, scaled);
      }
      if (targetScale != 1) {
        INDArray kept = scratch.like(target);
        Ops.multiply(target, targetScale, kept);
        Ops.add(kept, scaled, target);
      } else {
        Ops.add(target, scaled, target);
      }
    }
  }

  /** One step of AdamW in the order of torch.optim.AdamW. */
  static void adamW(
      INDArray parameter,
      INDArray gradient,
      INDArray moment1,
      INDArray moment2,
      AdamWStep step,
      Scratch scratch) {
    INDArray scaled = scratch.like(gradient);
    INDArray temporary = scratch.like(gradient);
    Ops.multiply(gradient, step.gradientScale(), scaled);

    Ops.multiply(parameter, 1 - step.learningRate() * step.weightDecay(), parameter);

    Ops.multiply(moment1, step.beta1(), moment1);
    Ops.multiply(scaled, 1 - step.beta1(), temporary);
    Ops.add(moment1, temporary, moment1);

    Ops.multiply(moment2, step.beta2(), moment2);
    Ops.multiply(scaled, scaled, temporary);
    Ops.multiply(temporary, 1 - step.beta2(), temporary);
    Ops.add(moment2, temporary, moment2);

    double correction1 = 1 - Math.pow(step.beta1(), step.step());
    double correction2 = 1 - Math.pow(step.beta2(), step.step());
    Ops.run(new Sqrt(moment2, temporary));
    Ops.multiply(temporary, 1 / Math.sqrt(correction2), temporary);
    Ops.add(temporary, step.epsilon(), temporary);
    Ops.divide(moment1, temporary, temporary);
    Ops.multiply(temporary, -step.learningRate() / correction1, temporary);
    Ops.add(parameter, temporary, parameter);
  }
}
