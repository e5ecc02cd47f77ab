package dev.r3.transformer.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.r3.tensor.AdamWStep;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.TestBackends;
import dev.r3.tensor.io.SafetensorsFile;
import dev.r3.tensor.io.StoredTensor;
import dev.r3.tensor.op.Gather;
import dev.r3.tensor.op.MatMul;
import dev.r3.tensor.op.Mean;
import dev.r3.tensor.op.Reshape;
import dev.r3.tensor.op.Scale;
import dev.r3.tensor.op.SoftmaxCrossEntropy;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.PretrainedModel;
import dev.r3.transformer.TestModels;
import dev.r3.transformer.TokenBatch;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A random two-layer BERT against the numbers of an independent double-precision definition. */
class BertTinyGoldenTest {
  private static final double OUTPUT = 2e-5; // the goldens' suggested tolerances, absolute
  private static final double GRADIENT = 5e-5;

  private final SafetensorsFile cases = open("cases");
  private final SafetensorsFile batch = open("train_batch");

  private static SafetensorsFile open(String name) {
    return SafetensorsFile.open(TestModels.golden("bert-tiny/" + name + ".safetensors"));
  }

  static List<Backend> backends() {
    return TestBackends.all();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void hiddenStatesAndPooledVectorsMatch(Backend backend) {
    for (String name : List.of("single", "pair", "full")) {
      checkHidden(backend, "encoder.safetensors", name);
      checkEmbedding(backend, "encoder.safetensors", Pooling.MEAN, name, "mean");
      checkEmbedding(backend, "encoder.safetensors", Pooling.CLS, name, "cls");
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void allNamingsOfTheSameWeightsGiveTheSame(Backend backend) {
    checkHidden(backend, "model.safetensors", "pair"); // with the prefix bert.
    checkHidden(backend, "encoder-gamma-beta.safetensors", "pair");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void weightsRoundedToHalfPrecisionMissTheTolerance(Backend backend) {
    assertThatThrownBy(() -> checkHidden(backend, "model-fp16.safetensors", "pair"))
        .isInstanceOf(AssertionError.class);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void logitsMatch(Backend backend) {
    for (String name : List.of("single", "pair", "full")) {
      try (PretrainedModel files = TestModels.tiny("model.safetensors", Pooling.CLS);
          Pass pass = Pass.inference(backend)) {
        List<Encoding> texts = texts(cases, name);
        Tensor logits =
            CrossEncoder.of(files, backend).forward(pass, texts, new float[texts.size()]);
        check(cases.tensor(name + ".logits"), logits.toDoubles(), OUTPUT);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anUnusualBatchOrderChangesNothing(Backend backend) {
    List<Encoding> texts = texts(cases, "pair");
    try (PretrainedModel files = TestModels.tiny("encoder.safetensors", Pooling.MEAN);
        Pass pass = Pass.inference(backend)) {
      BiEncoder model = BiEncoder.of(files, backend);
      float[] together = model.forward(pass, texts).toFloats();
      int width = model.dimension();
      for (int i = 0; i < texts.size(); i++) {
        float[] alone = model.forward(pass, List.of(texts.get(i))).toFloats();
        assertThat(alone)
            .usingComparatorWithPrecision(1e-6f)
            .containsExactly(Arrays.copyOfRange(together, i * width, (i + 1) * width));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void contrastiveGradientsMatch(Backend backend) {
    checkContrastive(backend, Pooling.MEAN, 4, "grad_infonce_mean");
    checkContrastive(backend, Pooling.CLS, 4, "grad_infonce_cls");
    checkContrastive(backend, Pooling.MEAN, 8, "grad_infonce_hardneg_mean");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aWrongPoolingBreaksTheGradients(Backend backend) {
    assertThatThrownBy(() -> checkContrastive(backend, Pooling.CLS, 4, "grad_infonce_mean"))
        .isInstanceOf(AssertionError.class);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void listwiseGradientsMatch(Backend backend) {
    try (PretrainedModel files = TestModels.tiny("model.safetensors", Pooling.CLS);
        SafetensorsFile golden = open("grad_listwise");
        Pass pass = Pass.training(backend, 1, 1)) {
      CrossEncoder model = CrossEncoder.of(files, backend);
      Tensor scores = model.forward(pass, texts(batch, "pairs"), new float[8]);
      float[] targets = {1, 0, 0, 0, 1, 0, 0, 0};
      Tensor loss =
          Mean.apply(
              pass,
              SoftmaxCrossEntropy.apply(
                  pass,
                  Reshape.apply(pass, scores, 2, 4),
                  backend.tensor(new Shape(2, 4), targets)));
      pass.backward(loss);
      checkLoss(golden, loss);
      checkGradients(golden, model.parameters());
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void oneAdamWStepMatches(Backend backend) {
    for (String loss : List.of("infonce_mean", "listwise")) {
      try (PretrainedModel files = TestModels.tiny("model.safetensors", Pooling.CLS);
          SafetensorsFile gradients = open("grad_" + loss);
          SafetensorsFile expected = open("adamw_step1_" + loss)) {
        AdamWStep step = new AdamWStep(1e-3, 0.9, 0.999, 1e-8, 0.01, 1, 1);
        int checked = 0;
        for (String name : expected.names()) {
          if (!gradients.names().contains(name)) {
            continue;
          }
          StoredTensor before = files.weights().tensor(name);
          Tensor value = backend.tensor(before.shape(), before.toFloats());
          Tensor gradient = backend.tensor(before.shape(), gradients.tensor(name).toFloats());
          backend.adamW(
              value, gradient, backend.zeros(before.shape()), backend.zeros(before.shape()), step);
          check(expected.tensor(name), value.toDoubles(), 2e-7);
          checked++;
        }
        assertThat(checked).isGreaterThan(36);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"65, at most 64 tokens", "1, row indices from 0 to 511"})
  void textsThatDoNotFitAreRefused(int length, String message) {
    Backend backend = TestBackends.java();
    int[] ids = new int[length];
    ids[0] = length == 1 ? 512 : 1;
    try (PretrainedModel files = TestModels.tiny("encoder.safetensors", Pooling.CLS);
        Pass pass = Pass.inference(backend)) {
      BiEncoder model = BiEncoder.of(files, backend);
      Encoding text = new Encoding(ids, new int[length], 0);
      assertThatThrownBy(() -> model.forward(pass, List.of(text)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(message);
    }
  }

  private void checkHidden(Backend backend, String file, String name) {
    try (PretrainedModel files = TestModels.tiny(file, Pooling.CLS);
        Pass pass = Pass.inference(backend)) {
      BertEncoder encoder =
          new BertEncoder(
              BertConfig.read(files.config()),
              new dev.r3.transformer.checkpoint.Weights(file, files.weights(), "bert.", backend));
      TokenBatch tokens = TokenBatch.of(texts(cases, name));
      double[] hidden = encoder.forward(pass, tokens).toDoubles();
      StoredTensor expected = cases.tensor(name + ".last_hidden_state"); // [texts, padded, hidden]
      double[] padded = expected.toDoubles();
      int width = encoder.hiddenSize();
      for (int text = 0; text < tokens.sequences().count(); text++) {
        int from = text * expected.shape().axis(1) * width;
        int rows = tokens.sequences().length(text);
        int start = tokens.sequences().start(text);
        assertThat(Arrays.copyOfRange(hidden, start * width, (start + rows) * width))
            .usingComparatorWithPrecision(OUTPUT)
            .containsExactly(Arrays.copyOfRange(padded, from, from + rows * width));
      }
    }
  }

  private void checkEmbedding(
      Backend backend, String file, Pooling pooling, String name, String suffix) {
    try (PretrainedModel files = TestModels.tiny(file, pooling);
        Pass pass = Pass.inference(backend)) {
      Tensor vectors = BiEncoder.of(files, backend).forward(pass, texts(cases, name));
      check(cases.tensor(name + ".embedding_" + suffix), vectors.toDoubles(), OUTPUT);
    }
  }

  private void checkContrastive(Backend backend, Pooling pooling, int columns, String name) {
    try (PretrainedModel files = TestModels.tiny("model.safetensors", pooling);
        SafetensorsFile golden = open(name);
        Pass pass = Pass.training(backend, 1, 1)) {
      BiEncoder model = BiEncoder.of(files, backend);
      Tensor queries = model.forward(pass, texts(batch, "q")); // [4, hidden]
      Tensor skills = model.forward(pass, texts(batch, "d")); // [8, hidden]
      skills = Gather.apply(pass, skills, IntStream.range(0, columns).toArray());
      Tensor logits =
          Scale.apply(
              pass, MatMul.transposedRight(pass, queries, skills), 1 / 0.05); // [4, columns]
      float[] targets = new float[4 * columns];
      for (int i = 0; i < 4; i++) {
        targets[i * columns + i] = 1;
      }
      Tensor loss =
          Mean.apply(
              pass,
              SoftmaxCrossEntropy.apply(
                  pass, logits, backend.tensor(new Shape(4, columns), targets)));
      pass.backward(loss);
      checkLoss(golden, loss);
      checkGradients(golden, model.parameters());
    }
  }

  private static void checkLoss(SafetensorsFile golden, Tensor loss) {
    double expected = Double.parseDouble(golden.metadata().get("loss"));
    assertThat(loss.scalar()).isCloseTo(expected, within(OUTPUT));
  }

  private static void checkGradients(SafetensorsFile golden, List<Parameter> parameters) {
    int checked = 0;
    for (Parameter parameter : parameters) {
      String stored =
          golden.names().contains(parameter.name()) ? parameter.name() : "bert." + parameter.name();
      if (golden.names().contains(stored)) {
        assertThat(parameter.gradient()).as(stored).isNotNull();
        check(golden.tensor(stored), parameter.gradient().toDoubles(), GRADIENT);
        checked++;
      }
    }
    assertThat(checked).isEqualTo(golden.names().size());
  }

  private static void check(StoredTensor expected, double[] actual, double tolerance) {
    assertThat(actual)
        .as(expected.name())
        .usingComparatorWithPrecision(tolerance)
        .containsExactly(expected.toDoubles());
  }

  /** The unpadded texts of a golden batch. */
  private static List<Encoding> texts(SafetensorsFile file, String name) {
    StoredTensor stored = file.tensor(name + ".input_ids"); // [texts, padded]
    long[] ids = stored.toLongs();
    long[] mask = file.tensor(name + ".attention_mask").toLongs();
    String typeName = name + ".token_type_ids";
    long[] types =
        file.names().contains(typeName) ? file.tensor(typeName).toLongs() : new long[ids.length];
    int width = stored.shape().axis(1);
    List<Encoding> texts = new ArrayList<>();
    for (int row = 0; row < stored.shape().axis(0); row++) {
      int start = row * width;
      int[] kept = IntStream.range(start, start + width).filter(i -> mask[i] == 1).toArray();
      texts.add(
          new Encoding(
              Arrays.stream(kept).map(i -> (int) ids[i]).toArray(),
              Arrays.stream(kept).map(i -> (int) types[i]).toArray(),
              0));
    }
    return texts;
  }
}
