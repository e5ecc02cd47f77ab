package dev.r3.tensor.contract;

import dev.r3.tensor.AdamWStep;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Philox;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** How tensors are made and changed. */
final class UpdateChecks {
  private UpdateChecks() {}

  static List<Check> all() {
    return List.of(
        new Check("tensor", UpdateChecks::tensor),
        new Check("dropoutFactors", UpdateChecks::dropoutFactors),
        new Check("zeros", UpdateChecks::zeros),
        new Check("broadcast", UpdateChecks::broadcast),
        new Check("assign", UpdateChecks::assign),
        new Check("combine", UpdateChecks::combine),
        new Check("adamW", UpdateChecks::adamW));
  }

  private static void tensor(Backend backend, Samples samples) {
    for (int size : Samples.SIZES) {
      double[] values = samples.normals(size);
      samples.compare("tensor of doubles", values, samples.tensor(values, size), 0);
      Shape shape = new Shape(size, 1, 1);
      Tensor fromFloats = backend.tensor(shape, floats(values));
      Samples.shape("tensor", fromFloats, size, 1, 1);
      samples.compare("tensor of floats", values, fromFloats, 0);
    }
    double[] special = {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN, 0};
    samples.compare("tensor of special values", special, samples.tensor(special, 4), 0);
    samples.compare("scalar", new double[] {3}, samples.tensor(new double[] {3}), 0);
  }

  private static void dropoutFactors(Backend backend, Samples samples) {
    for (int size : new int[] {1, 7, 100, 10_001}) {
      Philox.State start = new Philox.State(1, 2, 3, size % 5);
      Philox random = Philox.at(start);
      double[] expected = new double[size];
      for (int i = 0; i < size; i++) {
        expected[i] = random.uniform() < 0.3 ? 0 : (float) (1 / 0.7);
      }
      Tensor factors = backend.dropoutFactors(new Shape(size, 1), start, 0.3);
      Samples.shape("dropoutFactors", factors, size, 1);
      samples.compare("dropoutFactors", expected, factors, 0);
    }
  }

  private static void zeros(Backend backend, Samples samples) {
    for (int size : Samples.SIZES) {
      samples.compare("zeros", new double[size], backend.zeros(new Shape(size)), 0);
    }
  }

  private static void broadcast(Backend backend, Samples samples) {
    for (int size : Samples.SIZES) {
      double[] expected = new double[2 * size];
      Arrays.fill(expected, -1.5);
      Tensor scalar = samples.tensor(new double[] {-1.5});
      Tensor out = backend.broadcast(scalar, new Shape(2, size));
      Samples.shape("broadcast", out, 2, size);
      samples.compare("broadcast", expected, out, 0);
    }
  }

  private static void assign(Backend backend, Samples samples) {
    for (int size : Samples.SIZES) {
      Tensor target = samples.tensor(samples.normals(size), size);
      double[] values = samples.normals(size);
      backend.assign(target, floats(values));
      samples.compare("assign", values, target, 0);
    }
  }

  private static void combine(Backend backend, Samples samples) {
    double[] factors = {0, 1, -1, 0.3, 2};
    for (int size : Samples.SIZES) {
      for (double keep : factors) {
        for (double scale : factors) {
          double[] target = samples.normals(size);
          double[] x = samples.normals(size);
          double[] sum = new double[size];
          double[] withItself = new double[size];
          for (int i = 0; i < size; i++) {
            sum[i] = keep * target[i] + scale * x[i];
            withItself[i] = (keep + scale) * x[i];
          }
          Tensor changed = samples.tensor(target, size);
          Tensor read = samples.tensor(x, size);
          backend.combine(changed, keep, read, scale);
          samples.compare("combine " + keep + ", " + scale, sum, changed, 2);
          samples.compare("combine leaves x alone", x, read, 0);
          backend.combine(read, keep, read, scale);
          samples.compare("combine with itself", withItself, read, 4);
        }
      }
      double[] nans = new double[size];
      Arrays.fill(nans, Double.NaN);
      double[] x = samples.normals(size);
      Tensor target = samples.tensor(nans, size);
      backend.combine(target, 0, samples.tensor(x, size), 0);
      samples.compare("combine with factors 0 of a NaN", new double[size], target, 0);
      target = samples.tensor(nans, size);
      backend.combine(target, 0, samples.tensor(x, size), 1);
      samples.compare("combine with factor 0 of a NaN target", x, target, 0);
      backend.combine(target, 1, samples.tensor(nans, size), 0);
      samples.compare("combine with factor 0 of a NaN x", x, target, 0);
    }
  }

  private static void adamW(Backend backend, Samples samples) {
    for (int size : Samples.SIZES) {
      double[] parameter = samples.normals(size);
      double[][] state = new double[3][size]; // parameter, moment1, moment2
      state[0] = parameter.clone();
      Tensor[] tensors = new Tensor[3];
      for (int t = 0; t < 3; t++) {
        tensors[t] = samples.tensor(state[t], size);
      }
      for (int step = 1; step <= 4; step++) {
        AdamWStep scalars = new AdamWStep(0.01, 0.9, 0.99, 1e-6, 0.1, step, step == 3 ? 0.5 : 1);
        double[] gradient = samples.normals(size);
        for (int i = 0; i < size; i++) {
          double[] element = {state[0][i], state[1][i], state[2][i]};
          ReferenceKernels.adamW(element, gradient[i], scalars);
          for (int t = 0; t < 3; t++) {
            state[t][i] = element[t];
          }
        }
        Tensor gradientTensor = samples.tensor(gradient, size);
        backend.adamW(tensors[0], gradientTensor, tensors[1], tensors[2], scalars);
        samples.compare("adamW leaves the gradient alone", gradient, gradientTensor, 0);
        samples.compare("adamW parameter, step " + step, state[0], tensors[0], 4 * step);
        samples.compare("adamW moment 1, step " + step, state[1], tensors[1], 4 * step);
        samples.compare("adamW moment 2, step " + step, state[2], tensors[2], 4 * step);
      }
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
