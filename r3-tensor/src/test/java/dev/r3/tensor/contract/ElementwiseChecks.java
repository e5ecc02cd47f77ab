package dev.r3.tensor.contract;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;

/** Arithmetic and activations. */
final class ElementwiseChecks {
  /** Where careless formulas overflow, cancel or give a NaN. */
  private static final double[] EXTREMES = {
    -1000, -300, -89, -40, -20, -5, -1, -1e-4, 0, 1e-4, 1, 5, 20, 40, 89, 300, 1000
  };

  private ElementwiseChecks() {}

  static List<Check> all() {
    return List.of(
        new Check("add", (b, s) -> pairwise("add", s, b::add, Double::sum)),
        new Check("subtract", (b, s) -> pairwise("subtract", s, b::subtract, (x, y) -> x - y)),
        new Check("multiply", (b, s) -> pairwise("multiply", s, b::multiply, (x, y) -> x * y)),
        new Check("scale", ElementwiseChecks::scale),
        new Check("scaleRows", ElementwiseChecks::scaleRows),
        new Check("activate", ElementwiseChecks::activate),
        new Check("activateBackward", ElementwiseChecks::activateBackward),
        new Check("swiGlu", ElementwiseChecks::swiGlu),
        new Check("swiGluBackward", ElementwiseChecks::swiGluBackward));
  }

  private static void pairwise(
      String what, Samples samples, BinaryOperator<Tensor> kernel, DoubleBinaryOperator formula) {
    for (int size : Samples.SIZES) {
      double[] a = samples.normals(3 * size);
      double[] b = samples.normals(3 * size);
      double[] expected = new double[a.length];
      for (int i = 0; i < a.length; i++) {
        expected[i] = formula.applyAsDouble(a[i], b[i]);
      }
      Tensor left = samples.tensor(a, 3, size);
      Tensor out = kernel.apply(left, samples.tensor(b, 3, size));
      Samples.shape(what, out, 3, size);
      samples.compare(what, expected, out, 0);
      samples.compare(what + " leaves its input alone", a, left, 0);
    }
  }

  private static void scale(Backend backend, Samples samples) {
    for (int size : Samples.SIZES) {
      double[] x = samples.normals(size);
      double[] expected = new double[size];
      for (int i = 0; i < size; i++) {
        expected[i] = -0.7 * x[i];
      }
      samples.compare("scale", expected, backend.scale(samples.tensor(x, size), -0.7), 0);
    }
  }

  private static void scaleRows(Backend backend, Samples samples) {
    for (int[] size : Samples.MATRICES) {
      double[] x = samples.normals(size[0] * size[1]);
      double[] factors = samples.normals(size[0]);
      double[] expected = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        expected[i] = factors[i / size[1]] * x[i];
      }
      Tensor out = backend.scaleRows(samples.tensor(x, size), samples.tensor(factors, size[0]));
      Samples.shape("scaleRows", out, size);
      samples.compare("scaleRows", expected, out, 0);
    }
  }

  private static void activate(Backend backend, Samples samples) {
    for (Activation activation : Activation.values()) {
      for (int size : Samples.SIZES) {
        double[] x = samples.normals(2 * size);
        Tensor out = backend.activate(activation, samples.tensor(x, 2, size));
        Samples.shape("activate", out, 2, size);
        samples.compare(activation.toString(), ReferenceKernels.activate(activation, x), out, 0);
      }
      for (double x : EXTREMES) {
        double[] expected = {ReferenceKernels.activate(activation, x), Math.max(1, Math.abs(x))};
        Tensor out = backend.activate(activation, samples.tensor(new double[] {x}, 1));
        samples.compare( // the second element sets the scale of the tolerance
            activation + " of " + x,
            expected,
            backend.concatRows(
                List.of(
                    out.withShape(new Shape(1, 1)),
                    samples.tensor(new double[] {expected[1]}, 1, 1))),
            0);
      }
    }
  }

  private static void activateBackward(Backend backend, Samples samples) {
    for (Activation activation : Activation.values()) {
      for (int size : Samples.SIZES) {
        double[] x = samples.normals(size);
        double[] gradOutput = samples.normals(size);
        double[] expected = new double[size];
        for (int i = 0; i < size; i++) {
          expected[i] = gradOutput[i] * ReferenceKernels.slope(activation, x[i]);
        }
        Tensor out =
            backend.activateBackward(
                activation, samples.tensor(gradOutput, size), samples.tensor(x, size));
        samples.compare("slope of " + activation, expected, out, 4);
      }
      double[] slopes = new double[EXTREMES.length];
      for (int i = 0; i < slopes.length; i++) {
        slopes[i] = ReferenceKernels.slope(activation, EXTREMES[i]);
      }
      double[] ones = new double[slopes.length];
      Arrays.fill(ones, 1);
      samples.compare(
          "slope of " + activation,
          slopes,
          backend.activateBackward(
              activation, samples.tensor(ones, ones.length), samples.tensor(EXTREMES, ones.length)),
          100); // 1 - s loses digits that a large x shows
    }
  }

  private static void swiGlu(Backend backend, Samples samples) {
    for (int size : Samples.SIZES) {
      double[] gate = samples.normals(3 * size);
      double[] up = samples.normals(3 * size);
      Tensor out = backend.swiGlu(samples.tensor(gate, 3, size), samples.tensor(up, 3, size));
      Samples.shape("swiGlu", out, 3, size);
      samples.compare("swiGlu", ReferenceKernels.swiGlu(gate, up), out, 0);
    }
  }

  private static void swiGluBackward(Backend backend, Samples samples) {
    for (int size : Samples.SIZES) {
      double[] gate = samples.normals(size);
      double[] up = samples.normals(size);
      double[] gradOutput = samples.normals(size);
      double[] gradGate = new double[size];
      double[] gradUp = new double[size];
      for (int i = 0; i < size; i++) {
        gradGate[i] = gradOutput[i] * up[i] * ReferenceKernels.slope(Activation.SILU, gate[i]);
        gradUp[i] = gradOutput[i] * ReferenceKernels.activate(Activation.SILU, gate[i]);
      }
      List<Tensor> gradients =
          backend.swiGluBackward(
              samples.tensor(gradOutput, 1, size),
              samples.tensor(gate, 1, size),
              samples.tensor(up, 1, size));
      samples.compare("swiGlu gradient of gate", gradGate, gradients.get(0), 4);
      samples.compare("swiGlu gradient of up", gradUp, gradients.get(1), 4);
    }
  }
}
