package dev.r3.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.r3.tensor.Activation;
import dev.r3.tensor.AttentionForm;
import dev.r3.tensor.Backend;
import dev.r3.tensor.GradientCheck;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Sequences;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.TestBackends;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The way back of every operation against central differences, in double precision. */
class OperationsGradientTest {
  private static Backend doubles;
  private Random random;

  @BeforeAll
  static void open() {
    doubles = TestBackends.doubles();
  }

  @AfterAll
  static void close() {
    doubles.close();
  }

  @BeforeEach
  void seed() {
    random = new Random(5);
  }

  private Tensor random(int... axes) {
    Shape shape = new Shape(axes);
    return doubles.tensor(shape, random.doubles(shape.size(), -2, 2).toArray());
  }

  private static void check(Function<Pass, Tensor> function, Tensor... inputs) {
    GradientCheck.on(doubles).of(function).inputs(inputs).expectRelativeErrorBelow(1e-6);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activate(Activation activation) {
    Tensor x = random(3, 5);
    check(pass -> Activate.apply(pass, activation, Scale.apply(pass, x, 1.5)), x);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activatedLinear(Activation activation) {
    Tensor u = random(3, 4);
    Tensor weight = random(5, 4);
    Tensor bias = random(5);
    check(pass -> ActivatedLinear.apply(pass, activation, u, weight, bias), u, weight, bias);
    check(pass -> ActivatedLinear.apply(pass, activation, u, weight, null), u, weight);
  }

  @Test
  void add() {
    Tensor a = random(3, 5);
    Tensor b = random(3, 5);
    check(pass -> Add.apply(pass, a, b), a, b);
    check(pass -> Add.apply(pass, a, a), a);
  }

  @Test
  void concat() {
    Tensor a = random(2, 3);
    Tensor b = random(1, 3);
    check(pass -> Concat.apply(pass, List.of(a, b, a)), a, b);
  }

  /** Not by differences, which would run without dropout: the slope is each element's factor. */
  @Test
  void dropoutSendsGradientsOnlyThroughWhatItKept() {
    Tensor x = random(20, 30);
    try (Pass pass = Pass.training(doubles, 3, 4)) {
      pass.watch(x);
      Tensor y = Dropout.apply(pass, x, 0.25);
      Tensor upstream = random(20, 30);
      double[] gradient = pass.gradients(y, upstream).of(x).toDoubles();
      for (int i = 0; i < x.size(); i++) {
        double factor = y.toDoubles()[i] == 0 ? 0 : 1 / 0.75;
        assertThat(y.toDoubles()[i]).isCloseTo(factor * x.toDoubles()[i], within(1e-6));
        assertThat(gradient[i]).isCloseTo(factor * upstream.toDoubles()[i], within(1e-6));
      }
    }
  }

  @Test
  void embeddingWithRepeatedRows() {
    Tensor words = random(5, 3);
    Tensor positions = random(4, 3);
    int[] ids = {4, 1, 1, 0};
    int[] places = {0, 1, 2, 0};
    check(
        pass -> Embedding.apply(pass, List.of(words, positions), List.of(ids, places)),
        words,
        positions);
  }

  @Test
  void gatherWithRepeatedRows() {
    Tensor x = random(4, 3);
    check(pass -> Gather.apply(pass, x, 2, 0, 2), x);
  }

  @Test
  void l2Normalize() {
    Tensor x = random(4, 5);
    check(pass -> L2Normalize.apply(pass, x), x);
  }

  @Test
  void layerNorm() {
    Tensor x = random(4, 7);
    Tensor gain = random(7);
    Tensor bias = random(7);
    check(pass -> LayerNorm.apply(pass, x, gain, bias, 1e-12), x, gain, bias);
    check(pass -> LayerNorm.apply(pass, x, gain, bias, 0.1), x, gain, bias);
  }

  @Test
  void layerNormOfASum() {
    Tensor x = random(3, 5);
    Tensor residual = random(3, 5);
    Tensor gain = random(5);
    Tensor bias = random(5);
    check(pass -> LayerNorm.ofSum(pass, x, residual, gain, bias, 1e-5), x, residual, gain, bias);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void linearWithActivation(Activation activation) {
    Tensor x = random(3, 4);
    Tensor weight = random(5, 4);
    Tensor bias = random(5);
    check(pass -> Linear.apply(pass, x, weight, bias, activation), x, weight, bias);
  }

  @Test
  void linearWithoutBias() {
    Tensor x = random(3, 4);
    Tensor weight = random(5, 4);
    check(pass -> Linear.apply(pass, x, weight, null), x, weight);
  }

  @Test
  void logSumExp() {
    Tensor x = random(3, 5);
    check(pass -> LogSumExp.apply(pass, x), x);
  }

  @Test
  void maskBeforeASoftmax() {
    Tensor x = random(2, 3);
    boolean[][] masked = {{true, false, false}, {false, false, true}};
    check(pass -> LogSumExp.apply(pass, Mask.apply(pass, x, masked)), x);
  }

  @Test
  void matMul() {
    Tensor a = random(3, 4);
    Tensor b = random(4, 5);
    check(pass -> MatMul.apply(pass, a, b), a, b);
  }

  @Test
  void matMulTransposedRight() {
    Tensor a = random(3, 4);
    Tensor b = random(5, 4);
    check(pass -> MatMul.transposedRight(pass, a, b), a, b);
    check(pass -> MatMul.transposedRight(pass, a, a), a);
  }

  @Test
  void mean() {
    Tensor x = random(3, 5);
    check(pass -> Mean.apply(pass, x), x);
  }

  @Test
  void multiply() {
    Tensor a = random(3, 5);
    Tensor b = random(3, 5);
    check(pass -> Multiply.apply(pass, a, b), a, b);
    check(pass -> Multiply.apply(pass, a, a), a);
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void pool(Pooling pooling) {
    Tensor x = random(8, 3);
    Sequences sequences = Sequences.ofLengths(3, 1, 4);
    check(pass -> Pool.apply(pass, pooling, x, sequences), x);
  }

  @Test
  void reshape() {
    Tensor x = random(3, 4);
    check(pass -> Reshape.apply(pass, Scale.apply(pass, x, 2), 2, 6), x);
    check(pass -> Scale.apply(pass, Reshape.apply(pass, x, 12), 2), x);
  }

  @Test
  void rmsNorm() {
    Tensor x = random(4, 6);
    Tensor gain = random(6);
    check(pass -> RmsNorm.apply(pass, x, gain, 1e-6), x, gain);
    check(pass -> RmsNorm.apply(pass, x, gain, 0.1), x, gain);
  }

  @Test
  void rotary() {
    Tensor x = random(4, 12);
    check(pass -> Rotary.apply(pass, x, new int[] {0, 3, 1, 7}, 6, 10_000), x);
  }

  @Test
  void scale() {
    Tensor x = random(3, 5);
    check(pass -> Scale.apply(pass, x, -2.5), x);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, false",
    "4, 4, false",
    "4, 2, false",
    "1, 1, true",
    "4, 4, true",
    "4, 1, true"
  })
  void selfAttention(int heads, int kvHeads, boolean causal) {
    AttentionForm form = new AttentionForm(heads, kvHeads, 3, causal);
    Sequences sequences = Sequences.ofLengths(3, 1, 2);
    Tensor query = random(6, form.queryWidth());
    Tensor key = random(6, form.keyWidth());
    Tensor value = random(6, form.keyWidth());
    check(
        pass -> SelfAttention.apply(pass, query, key, value, form, sequences, sequences),
        query,
        key,
        value);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void selfAttentionOfTheLastTokensOnly(boolean causal) {
    AttentionForm form = new AttentionForm(2, 1, 4, causal);
    Sequences queries = Sequences.ofLengths(1, 2);
    Sequences keys = Sequences.ofLengths(3, 2);
    Tensor query = random(3, form.queryWidth());
    Tensor key = random(5, form.keyWidth());
    Tensor value = random(5, form.keyWidth());
    check(
        pass -> SelfAttention.apply(pass, query, key, value, form, queries, keys),
        query,
        key,
        value);
  }

  @Test
  void softmaxCrossEntropy() {
    Tensor logits = random(3, 4);
    Tensor targets = doubles.tensor(new Shape(3, 4), random.doubles(12).toArray());
    check(pass -> SoftmaxCrossEntropy.apply(pass, logits, targets), logits);
  }

  @Test
  void softmaxCrossEntropyWithAMaskedColumn() {
    Tensor logits = random(2, 3);
    Tensor targets = doubles.tensor(new Shape(2, 3), new float[] {1, 0, 0, 0, 0.25f, 0.75f});
    boolean[][] masked = {{false, true, false}, {true, false, false}};
    check(
        pass -> SoftmaxCrossEntropy.apply(pass, Mask.apply(pass, logits, masked), targets), logits);
  }

  @Test
  void subtract() {
    Tensor a = random(3, 5);
    Tensor b = random(3, 5);
    check(pass -> Subtract.apply(pass, a, b), a, b);
  }

  @Test
  void sum() {
    Tensor x = random(3, 5);
    check(pass -> Sum.apply(pass, x), x);
  }

  @Test
  void swiGlu() {
    Tensor gate = random(3, 5);
    Tensor up = random(3, 5);
    check(pass -> SwiGlu.apply(pass, gate, up), gate, up);
  }

  @Test
  void parametersAreCheckedToo() {
    Tensor x = random(3, 4);
    Parameter weight = new Parameter("dense.weight", doubles, random(2, 4));
    GradientCheck.on(doubles)
        .of(pass -> Linear.apply(pass, x, pass.use(weight), null))
        .inputs(x)
        .parameters(weight)
        .expectRelativeErrorBelow(1e-6);
  }

  @Test
  void aWrongWayBackIsFound() {
    Tensor x = random(2, 3);
    Function<Pass, Tensor> wrong =
        pass ->
            pass.record(
                pass.backend().scale(x, 2),
                List.of(x),
                (gradOutput, gradients) ->
                    gradients.add(x, () -> pass.backend().scale(gradOutput, 2.00001)));
    assertThatThrownBy(() -> check(wrong, x))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("input 0");
  }

  @Test
  void everyOperationIsChecked() throws IOException, URISyntaxException {
    Path classes =
        Path.of(Add.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .resolve("dev/r3/tensor/op");
    Set<String> tested =
        Arrays.stream(OperationsGradientTest.class.getDeclaredMethods())
            .map(Method::getName)
            .collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(classes)) {
      List<String> untested =
          files
              .map(file -> file.getFileName().toString().replace(".class", ""))
              .filter(name -> !name.contains("$") && !name.equals("package-info"))
              .filter(name -> !name.equals("Require"))
              .map(name -> name.substring(0, 1).toLowerCase() + name.substring(1))
              .filter(name -> tested.stream().noneMatch(test -> test.startsWith(name)))
              .toList();
      assertThat(untested).isEmpty();
    }
  }
}
