package dev.r3.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Golden;
import dev.r3.tensor.Gradients;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Precision;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Operations and their gradients against PyTorch's, computed in double and stored as float
 * (goldens/losses-optim/README.md), on every backend.
 */
class OperationsGoldenTest {
  private static final Golden GOLDEN = Golden.open("losses-optim/ops.safetensors");
  private static final Map<String, BiFunction<Pass, Tensor, Tensor>> ELEMENTWISE =
      new TreeMap<>(
          Map.of(
              "gelu_erf", (pass, x) -> Activate.apply(pass, Activation.GELU, x),
              "gelu_tanh", (pass, x) -> Activate.apply(pass, Activation.GELU_TANH, x),
              "silu", (pass, x) -> Activate.apply(pass, Activation.SILU, x),
              "tanh", (pass, x) -> Activate.apply(pass, Activation.TANH, x),
              "sigmoid", (pass, x) -> Activate.apply(pass, Activation.SIGMOID, x),
              "softplus", (pass, x) -> Activate.apply(pass, Activation.SOFTPLUS, x),
              "logsigmoid", OperationsGoldenTest::logSigmoid));

  private static Tensor logSigmoid(Pass pass, Tensor x) {
    Tensor softplus = Activate.apply(pass, Activation.SOFTPLUS, Scale.apply(pass, x, -1));
    return Scale.apply(pass, softplus, -1);
  }

  /** Relative to the largest expected value. */
  private static double tolerance(Backend backend) {
    return backend.precision() == Precision.FLOAT64 ? 1e-7 : 2e-6;
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.TestBackends#all")
  void elementwiseFunctionsAndTheirSlopes(Backend backend) {
    ELEMENTWISE.forEach(
        (name, function) -> {
          try (Pass pass = Pass.training(backend, 0, 0)) {
            Tensor x = pass.watch(GOLDEN.tensor(backend, "x"));
            Tensor y = function.apply(pass, x);
            double[] ones = new double[x.size()];
            Arrays.fill(ones, 1);
            Tensor slope = pass.gradients(y, backend.tensor(x.shape(), ones)).of(x);
            GOLDEN.check(name, y.toDoubles(), tolerance(backend));
            GOLDEN.check(name + "_grad", slope.toDoubles(), tolerance(backend));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.TestBackends#all")
  void normalisationsAndTheirGradients(Backend backend) {
    normalisations(backend, GOLDEN.tensor(backend, "norm.x"));
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.TestBackends#all")
  void aChangedInputBreaksTheGolden(Backend backend) {
    double[] x = GOLDEN.doubles("norm.x");
    x[100] += 1e-3;
    Tensor changed = backend.tensor(GOLDEN.stored("norm.x").shape(), x);
    assertThatThrownBy(() -> normalisations(backend, changed)).isInstanceOf(AssertionError.class);
  }

  private static void normalisations(Backend backend, Tensor input) {
    double tolerance = tolerance(backend);
    try (Pass pass = Pass.training(backend, 0, 0)) {
      Shape rows = new Shape(input.rows(), input.lastAxis());
      Tensor x = pass.watch(input.withShape(rows));
      Tensor gain = pass.watch(GOLDEN.tensor(backend, "norm.w"));
      Tensor bias = pass.watch(GOLDEN.tensor(backend, "norm.b"));
      Tensor upstream = GOLDEN.tensor(backend, "norm.upstream").withShape(rows);

      Tensor layerNorm = LayerNorm.apply(pass, x, gain, bias, 1e-12);
      Gradients back = pass.gradients(layerNorm, upstream);
      GOLDEN.check("layernorm.y", layerNorm.toDoubles(), tolerance);
      GOLDEN.check("layernorm.dx", back.of(x).toDoubles(), tolerance);
      GOLDEN.check("layernorm.dw", back.of(gain).toDoubles(), tolerance);
      GOLDEN.check("layernorm.db", back.of(bias).toDoubles(), tolerance);

      Tensor rmsNorm = RmsNorm.apply(pass, x, gain, 1e-6);
      back = pass.gradients(rmsNorm, upstream);
      GOLDEN.check("rmsnorm.y", rmsNorm.toDoubles(), tolerance);
      GOLDEN.check("rmsnorm.dx", back.of(x).toDoubles(), tolerance);
      GOLDEN.check("rmsnorm.dw", back.of(gain).toDoubles(), tolerance);

      Tensor unit = L2Normalize.apply(pass, x);
      GOLDEN.check("l2norm.y", unit.toDoubles(), tolerance);
      GOLDEN.check("l2norm.dx", pass.gradients(unit, upstream).of(x).toDoubles(), tolerance);

      GOLDEN.check("softmax.y", pass.backend().softmax(x).toDoubles(), tolerance);
    }
  }

  /**
   * softmax.dx is the one that has no operation: softmax is a kernel, and part of others' slope.
   */
  @ParameterizedTest
  @MethodSource("names")
  void everyGoldenIsReadOrNamedHere(String name) {
    List<String> used = new ArrayList<>(List.of("x", "layernorm.db", "softmax.y", "softmax.dx"));
    ELEMENTWISE.keySet().forEach(function -> used.addAll(List.of(function, function + "_grad")));
    for (String norm : List.of("layernorm", "rmsnorm", "l2norm")) {
      used.addAll(List.of(norm + ".y", norm + ".dx", norm + ".dw"));
    }
    used.addAll(List.of("norm.x", "norm.w", "norm.b", "norm.upstream"));
    assertThat(used).contains(name);
  }

  static List<String> names() {
    return List.copyOf(GOLDEN.names());
  }
}
