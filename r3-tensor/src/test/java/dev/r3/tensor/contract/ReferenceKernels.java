package dev.r3.tensor.contract;

import dev.r3.tensor.Activation;
import dev.r3.tensor.AdamWStep;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Sequences;
import java.util.function.UnaryOperator;

/** Every kernel once more as plain loops over doubles, written from its formula. */
final class ReferenceKernels {
  private ReferenceKernels() {}

  // ---- matrix products

  static double[] matMul(
      double[] a, boolean transposeA, double[] b, boolean transposeB, int m, int k, int n) {
    double[] out = new double[m * n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        for (int l = 0; l < k; l++) {
          double left = transposeA ? a[l * m + i] : a[i * k + l];
          double right = transposeB ? b[j * k + l] : b[l * n + j];
          out[i * n + j] += left * right;
        }
      }
    }
    return out;
  }

  // ---- elementwise

  static double[] activate(Activation activation, double[] x) {
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = activate(activation, x[i]);
    }
    return out;
  }

  static double activate(Activation activation, double x) {
    return switch (activation) {
      case IDENTITY -> x;
      case GELU -> x / 2 * (1 + erf(x / Math.sqrt(2)));
      case GELU_TANH ->
          x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case SILU -> x * sigmoid(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> sigmoid(x);
      case SOFTPLUS -> x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
    };
  }

  static double slope(Activation activation, double x) {
    double s = sigmoid(x);
    double t = Math.tanh(x);
    return switch (activation) {
      case IDENTITY -> 1;
      case GELU ->
          (1 + erf(x / Math.sqrt(2))) / 2 + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
      case GELU_TANH -> {
        double scale = Math.sqrt(2 / Math.PI);
        double inner = Math.tanh(scale * (x + 0.044715 * x * x * x));
        yield (1 + inner) / 2 + x / 2 * (1 - inner * inner) * scale * (1 + 3 * 0.044715 * x * x);
      }
      case SILU -> s * (1 + x * (1 - s));
      case TANH -> 1 - t * t;
      case SIGMOID -> s * (1 - s);
      case SOFTPLUS -> s;
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** 2/√π e^-x² Σ_n 2^n x^(2n+1) / (2n+1)!!: no term is negative, so none cancel. */
  private static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  static double[] swiGlu(double[] gate, double[] up) {
    double[] out = activate(Activation.SILU, gate);
    for (int i = 0; i < out.length; i++) {
      out[i] *= up[i];
    }
    return out;
  }

  /** One step of torch.optim.AdamW, in place on one element: {parameter, moment1, moment2}. */
  static void adamW(double[] state, double gradient, AdamWStep step) {
    double g = gradient * step.gradientScale();
    state[0] -= step.learningRate() * step.weightDecay() * state[0];
    state[1] = step.beta1() * state[1] + (1 - step.beta1()) * g;
    state[2] = step.beta2() * state[2] + (1 - step.beta2()) * g * g;
    double mean = state[1] / (1 - Math.pow(step.beta1(), step.step()));
    double square = state[2] / (1 - Math.pow(step.beta2(), step.step()));
    state[0] -= step.learningRate() * mean / (Math.sqrt(square) + step.epsilon());
  }

  // ---- reductions over the last axis

  static double[] sumRows(double[] x, int columns) {
    double[] out = new double[columns];
    for (int i = 0; i < x.length; i++) {
      out[i % columns] += x[i];
    }
    return out;
  }

  static double[] logSumExp(double[] x, int columns) {
    double[] out = new double[x.length / columns];
    for (int row = 0; row < out.length; row++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < columns; j++) {
        max = Math.max(max, x[row * columns + j]);
      }
      double sum = 0;
      for (int j = 0; j < columns; j++) {
        double value = x[row * columns + j];
        sum += value == Double.NEGATIVE_INFINITY ? 0 : Math.exp(value - max);
      }
      out[row] = sum == 0 ? Double.NEGATIVE_INFINITY : max + Math.log(sum);
    }
    return out;
  }

  static double[] softmax(double[] x, int columns) {
    double[] logSum = logSumExp(x, columns);
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = x[i] == Double.NEGATIVE_INFINITY ? 0 : Math.exp(x[i] - logSum[i / columns]);
    }
    return out;
  }

  static double[] crossEntropy(double[] logits, double[] targets, int columns) {
    double[] logSum = logSumExp(logits, columns);
    double[] out = new double[logSum.length];
    for (int i = 0; i < logits.length; i++) {
      if (targets[i] != 0) {
        out[i / columns] += targets[i] * (logSum[i / columns] - logits[i]);
      }
    }
    return out;
  }

  // ---- normalisation over the last axis

  static double[] mean(double[] x, int columns) {
    double[] out = new double[x.length / columns];
    for (int i = 0; i < x.length; i++) {
      out[i / columns] += x[i] / columns;
    }
    return out;
  }

  /** 1 / √(variance + epsilon) of each row about the given mean; about 0 if there is none. */
  static double[] inverseScale(double[] x, double[] mean, int columns, double epsilon) {
    double[] out = new double[x.length / columns];
    for (int i = 0; i < x.length; i++) {
      double deviation = x[i] - (mean.length == 0 ? 0 : mean[i / columns]);
      out[i / columns] += deviation * deviation / columns;
    }
    for (int row = 0; row < out.length; row++) {
      out[row] = 1 / Math.sqrt(out[row] + epsilon);
    }
    return out;
  }

  static double[] layerNorm(double[] x, double[] gain, double[] bias, double epsilon) {
    int columns = gain.length;
    double[] mean = mean(x, columns);
    double[] scale = inverseScale(x, mean, columns, epsilon);
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int j = i % columns;
      out[i] = (x[i] - mean[i / columns]) * scale[i / columns] * gain[j] + bias[j];
    }
    return out;
  }

  static double[] rmsNorm(double[] x, double[] gain, double epsilon) {
    int columns = gain.length;
    double[] scale = inverseScale(x, new double[0], columns, epsilon);
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = x[i] * scale[i / columns] * gain[i % columns];
    }
    return out;
  }

  static double[] inverseLengths(double[] x, int columns, double epsilon) {
    double[] out = new double[x.length / columns];
    for (int i = 0; i < x.length; i++) {
      out[i / columns] += x[i] * x[i];
    }
    for (int row = 0; row < out.length; row++) {
      out[row] = 1 / Math.max(Math.sqrt(out[row]), epsilon);
    }
    return out;
  }

  static double[] l2Normalize(double[] x, int columns, double epsilon) {
    double[] scale = inverseLengths(x, columns, epsilon);
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = x[i] * scale[i / columns];
    }
    return out;
  }

  // ---- sequences

  static double[] pool(Pooling pooling, double[] x, Sequences sequences, int columns) {
    double[] out = new double[sequences.count() * columns];
    for (int s = 0; s < sequences.count(); s++) {
      for (int row = sequences.start(s); row < sequences.end(s); row++) {
        double weight =
            switch (pooling) {
              case MEAN -> 1.0 / sequences.length(s);
              case CLS -> row == sequences.start(s) ? 1 : 0;
              case LAST -> row == sequences.end(s) - 1 ? 1 : 0;
            };
        for (int j = 0; j < columns; j++) {
          out[s * columns + j] += weight * x[row * columns + j];
        }
      }
    }
    return out;
  }

  static double[] rotary(double[] x, int[] positions, int headSize, double theta) {
    double[] out = new double[x.length];
    int columns = x.length / positions.length;
    int half = headSize / 2;
    for (int i = 0; i < x.length; i++) {
      int place = i % columns % headSize;
      double angle = positions[i / columns] / Math.pow(theta, 2.0 * (place % half) / headSize);
      double other = place < half ? -x[i + half] : x[i - half];
      out[i] = x[i] * Math.cos(angle) + other * Math.sin(angle);
    }
    return out;
  }

  // ---- the way back

  /** Gradient of Σ gradOutput * forward(x) by central differences. */
  static double[] gradient(UnaryOperator<double[]> forward, double[] x, double[] gradOutput) {
    double[] gradient = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double step = 1e-5 * Math.max(1, Math.abs(x[i]));
      double[] moved = x.clone();
      moved[i] = x[i] + step;
      double[] above = forward.apply(moved);
      moved[i] = x[i] - step;
      double[] below = forward.apply(moved);
      for (int j = 0; j < gradOutput.length; j++) {
        gradient[i] += gradOutput[j] * (above[j] - below[j]) / (2 * step);
      }
    }
    return gradient;
  }
}
