package dev.r3.transformer.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.TestBackends;
import dev.r3.tensor.io.SafetensorsFile;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.Goldens;
import dev.r3.transformer.PretrainedModel;
import dev.r3.transformer.TestModels;
import dev.r3.transformer.TokenBatch;
import dev.r3.transformer.checkpoint.Weights;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A random two-layer BERT against the numbers of an independent double-precision definition. */
class BertTinyGoldenTest {
  private final SafetensorsFile cases = open("cases");
  private final SafetensorsFile batch = open("train_batch");

  private static SafetensorsFile open(String name) {
    return Goldens.open("bert-tiny/" + name);
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
        List<Encoding> texts = Goldens.texts(cases, name);
        Tensor logits =
            CrossEncoder.of(files, backend).forward(pass, texts, new float[texts.size()]);
        Goldens.check(cases.tensor(name + ".logits"), logits.toDoubles(), Goldens.OUTPUT);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anUnusualBatchOrderChangesNothing(Backend backend) {
    List<Encoding> texts = Goldens.texts(cases, "pair");
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
        SafetensorsFile golden = open("grad_listwise")) {
      Goldens.checkListwise(CrossEncoder.of(files, backend), batch, 0, golden, "bert.");
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void oneAdamWStepMatches(Backend backend) {
    for (String loss : List.of("infonce_mean", "listwise")) {
      try (PretrainedModel files = TestModels.tiny("model.safetensors", Pooling.CLS);
          SafetensorsFile gradients = open("grad_" + loss);
          SafetensorsFile expected = open("adamw_step1_" + loss)) {
        assertThat(gradients.names()).hasSizeGreaterThan(36);
        Goldens.checkAdamW(backend, files.weights(), gradients, expected);
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
              new Weights(file, files.weights(), "bert.", backend));
      TokenBatch tokens = TokenBatch.of(Goldens.texts(cases, name));
      Goldens.checkHidden(cases, name, encoder.forward(pass, tokens));
    }
  }

  private void checkEmbedding(
      Backend backend, String file, Pooling pooling, String name, String suffix) {
    try (PretrainedModel files = TestModels.tiny(file, pooling);
        Pass pass = Pass.inference(backend)) {
      Tensor vectors = BiEncoder.of(files, backend).forward(pass, Goldens.texts(cases, name));
      Goldens.check(
          cases.tensor(name + ".embedding_" + suffix), vectors.toDoubles(), Goldens.OUTPUT);
    }
  }

  private void checkContrastive(Backend backend, Pooling pooling, int columns, String name) {
    try (PretrainedModel files = TestModels.tiny("model.safetensors", pooling);
        SafetensorsFile golden = open(name)) {
      Goldens.checkContrastive(BiEncoder.of(files, backend), batch, columns, golden, "bert.");
    }
  }
}
