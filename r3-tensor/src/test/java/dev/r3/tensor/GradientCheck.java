package dev.r3.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Compares the gradients of a function of tensors with central differences, in double precision.
 *
 * <pre>{@code
 * GradientCheck.on(doubles)
 *     .of(pass -> LayerNorm.apply(pass, x, gain, bias, 1e-12))
 *     .inputs(x, gain, bias)
 *     .expectRelativeErrorBelow(1e-6);
 * }</pre>
 *
 * The function may return any shape: its elements are weighted with fixed random numbers and added
 * up. Every element of every input and parameter is moved. The check also runs backward a second
 * time and expects the gradients to double.
 */
public final class GradientCheck {
  private static final double STEP = 1e-5; // near the cube root of double's rounding unit

  private final Backend backend;
  private final List<Parameter> variables = new ArrayList<>();
  private Function<Pass, Tensor> function =
      pass -> {
        throw new IllegalStateException("GradientCheck: expected a function, got none; call of()");
      };

  private GradientCheck(Backend backend) {
    this.backend = backend;
  }

  /**
   * @param backend a root backend in double precision
   */
  public static GradientCheck on(Backend backend) {
    if (backend.precision() != Precision.FLOAT64) {
      throw new IllegalArgumentException(
          "GradientCheck: expected a backend in double precision, got " + backend.description());
    }
    return new GradientCheck(backend);
  }

  public GradientCheck of(Function<Pass, Tensor> function) {
    this.function = function;
    return this;
  }

  /** Tensors of the root backend that the function reads. */
  public GradientCheck inputs(Tensor... inputs) {
    for (Tensor input : inputs) {
      variables.add(new Parameter("input " + variables.size(), backend, input));
    }
    return this;
  }

  /** Parameters that the function uses; their gradients must be clear. */
  public GradientCheck parameters(Parameter... parameters) {
    variables.addAll(List.of(parameters));
    return this;
  }

  /**
   * @param tolerance of the largest difference, relative to the largest element of the gradient
   * @throws AssertionError naming the input and the element
   */
  public void expectRelativeErrorBelow(double tolerance) {
    if (variables.isEmpty()) {
      throw new IllegalStateException("GradientCheck: expected inputs or parameters, got none");
    }
    double[] weights = outputWeights();
    List<double[]> analytic = analyticGradients(weights);
    for (int v = 0; v < variables.size(); v++) {
      compare(
          variables.get(v), analytic.get(v), numericGradient(variables.get(v), weights), tolerance);
    }
  }

  private double[] outputWeights() {
    try (Pass pass = Pass.inference(backend)) {
      Random random = new Random(17);
      return random
          .doubles(function.apply(pass).size(), 0.5, 1.5)
          .map(w -> random.nextBoolean() ? w : -w)
          .toArray();
    }
  }

  private List<double[]> analyticGradients(double[] weights) {
    List<double[]> gradients = new ArrayList<>();
    try (Pass pass = Pass.training(backend, 0, 0)) {
      variables.forEach(pass::use);
      Tensor output = function.apply(pass);
      Tensor seed = backend.tensor(output.shape(), weights);
      pass.backward(output, seed);
      for (Parameter variable : variables) {
        gradients.add(gradientOf(variable));
      }
      pass.backward(output, seed);
      for (int v = 0; v < variables.size(); v++) {
        double[] doubled = Arrays.stream(gradients.get(v)).map(g -> 2 * g).toArray();
        compare(variables.get(v), gradientOf(variables.get(v)), doubled, 1e-12);
      }
    }
    variables.forEach(Parameter::clearGradient);
    return gradients;
  }

  private static double[] gradientOf(Parameter variable) {
    Tensor gradient = variable.gradient();
    if (gradient == null) {
      throw new AssertionError(variable + ": expected a gradient, got none");
    }
    return gradient.toDoubles();
  }

  private double[] numericGradient(Parameter variable, double[] weights) {
    double[] values = variable.value().toDoubles();
    double[] gradient = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double step = STEP * Math.max(1, Math.abs(values[i]));
      gradient[i] =
          (moved(variable, values, i, step, weights) - moved(variable, values, i, -step, weights))
              / (2 * step);
    }
    return gradient;
  }

  /** The weighted output with one element moved by {@code step}. */
  private double moved(Parameter variable, double[] values, int i, double step, double[] weights) {
    double[] changed = values.clone();
    changed[i] += step;
    assign(variable, changed);
    try (Pass pass = Pass.inference(backend)) {
      double[] output = function.apply(pass).toDoubles();
      double total = 0;
      for (int j = 0; j < output.length; j++) {
        total += weights[j] * output[j];
      }
      return total;
    } finally {
      assign(variable, values);
    }
  }

  private void assign(Parameter variable, double[] values) {
    backend.combine(variable.value(), 0, backend.tensor(variable.shape(), values), 1);
  }

  private static void compare(
      Parameter variable, double[] analytic, double[] expected, double tolerance) {
    double scale = 0;
    for (int i = 0; i < expected.length; i++) {
      scale = Math.max(scale, Math.max(Math.abs(analytic[i]), Math.abs(expected[i])));
    }
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(analytic[i] - expected[i]);
      if (!(difference <= tolerance * scale)) { // also when it is NaN
        throw new AssertionError(
            String.format(
                "%s: expected gradient %.10g at element %d, got %.10g; difference %.2e of the"
                    + " largest element %.3g, tolerance %.0e",
                variable, expected[i], i, analytic[i], difference / scale, scale, tolerance));
      }
    }
  }
}
