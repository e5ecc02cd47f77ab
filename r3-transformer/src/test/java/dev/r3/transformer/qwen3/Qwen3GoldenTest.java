package dev.r3.transformer.qwen3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.TestBackends;
import dev.r3.tensor.io.SafetensorsFile;
import dev.r3.tensor.io.StoredTensor;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.Goldens;
import dev.r3.transformer.PretrainedModel;
import dev.r3.transformer.TestModels;
import dev.r3.transformer.TokenBatch;
import dev.r3.transformer.checkpoint.LoadOptions;
import dev.r3.transformer.checkpoint.SentenceModules;
import dev.r3.transformer.checkpoint.WeightPrecision;
import dev.r3.transformer.checkpoint.Weights;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two random Qwen3 against the numbers of an independent double-precision definition: one with tied
 * embeddings, and one whose heads are wider than its hidden state and whose output layer is its
 * own.
 */
class Qwen3GoldenTest {
  private static final List<String> MODELS = List.of("qwen3-tiny", "qwen3-tiny-wide");
  private static final List<String> CASES = List.of("right", "left", "long");
  private static final SentenceModules LAST = SentenceModules.pooledBy(Pooling.LAST);
  private static final SentenceModules ANSWERS =
      new SentenceModules(
          Optional.empty(), Optional.of(new SentenceModules.AnswerTokens(7, OptionalInt.of(9))));

  static List<Backend> backends() {
    return TestBackends.all();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void hiddenStatesMatch(Backend backend) {
    for (String model : MODELS) {
      for (String name : CASES) {
        checkHidden(backend, model, "model.safetensors", name);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void allNamingsOfTheSameWeightsGiveTheSame(Backend backend) {
    for (String model : MODELS) {
      checkHidden(backend, model, "embedder.safetensors", "left"); // no prefix
      checkHidden(backend, model, "seqcls.safetensors", "left");
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void embeddingsMatch(Backend backend) {
    for (String model : MODELS) {
      for (String name : CASES) {
        checkEmbedding(backend, model, "embedder.safetensors", name, "");
        checkEmbedding(backend, model, "model-bf16.safetensors", name, "_bf16_weights");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void weightsInSixteenBitsGiveTheReferenceAndInEightAlmost(Backend backend) {
    for (String model : MODELS) {
      double[] stored = embeddings(backend, model, WeightPrecision.AS_STORED);
      double[] eight = embeddings(backend, model, WeightPrecision.INT8);
      try (SafetensorsFile cases = Goldens.open(model + "/cases")) {
        StoredTensor expected = cases.tensor("right.embedding_bf16_weights");
        Goldens.check(expected, stored, Goldens.OUTPUT);
        assertThatThrownBy(() -> Goldens.check(expected, eight, Goldens.OUTPUT))
            .isInstanceOf(AssertionError.class);
        int width = expected.shape().axis(1);
        for (int row = 0; row < eight.length; row += width) {
          double cosine = 0;
          for (int i = row; i < row + width; i++) {
            cosine += stored[i] * eight[i];
          }
          assertThat(cosine).isGreaterThan(0.99);
        }
      }
    }
  }

  private static double[] embeddings(Backend backend, String model, WeightPrecision precision) {
    try (SafetensorsFile cases = Goldens.open(model + "/cases");
        PretrainedModel files = TestModels.qwen3(model, "model-bf16.safetensors", LAST);
        Pass pass = Pass.inference(backend)) {
      BiEncoder encoder = BiEncoder.of(files, backend, LoadOptions.of(precision));
      assertThat(encoder.parameters()).noneMatch(Parameter::isTrainable);
      return encoder.forward(pass, Goldens.texts(cases, "right")).toDoubles();
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void otherWeightsMissTheTolerance(Backend backend) {
    for (String model : MODELS) {
      assertThatThrownBy(
              () -> checkEmbedding(backend, model, "model-bf16.safetensors", "right", ""))
          .isInstanceOf(AssertionError.class);
      assertThatThrownBy(() -> checkHidden(backend, model, "model-bf16.safetensors", "right"))
          .isInstanceOf(AssertionError.class);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void scoresMatch(Backend backend) {
    for (String model : MODELS) {
      for (String name : CASES) {
        checkScores(backend, model, "model.safetensors", ANSWERS, name, "score_yes_minus_no");
        checkScores(
            backend, model, "seqcls.safetensors", SentenceModules.none(), name, "score_seqcls");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void swappedAnswersBreakTheScores(Backend backend) {
    SentenceModules swapped =
        new SentenceModules(
            Optional.empty(), Optional.of(new SentenceModules.AnswerTokens(9, OptionalInt.of(7))));
    for (String model : MODELS) {
      assertThatThrownBy(
              () ->
                  checkScores(
                      backend, model, "model.safetensors", swapped, "left", "score_yes_minus_no"))
          .isInstanceOf(AssertionError.class);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void oneAnswerAloneIsItsLogit(Backend backend) {
    SentenceModules yes =
        new SentenceModules(
            Optional.empty(),
            Optional.of(new SentenceModules.AnswerTokens(7, OptionalInt.empty())));
    for (String model : MODELS) {
      try (SafetensorsFile cases = Goldens.open(model + "/cases");
          PretrainedModel files = TestModels.qwen3(model, "model.safetensors", yes);
          Pass pass = Pass.inference(backend)) {
        List<Encoding> texts = Goldens.texts(cases, "right");
        double[] scores =
            CrossEncoder.of(files, backend)
                .forward(pass, texts, new float[texts.size()])
                .toDoubles();
        double[] logits = cases.tensor("right.last_logits").toDoubles(); // [texts, 512]
        for (int i = 0; i < scores.length; i++) {
          assertThat(scores[i]).isCloseTo(logits[i * 512 + 7], within(Goldens.OUTPUT));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void contrastiveGradientsMatch(Backend backend) {
    checkContrastive(backend, LAST, 4, "grad_infonce");
    checkContrastive(backend, LAST, 8, "grad_infonce_hardneg");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aWrongPoolingBreaksTheGradients(Backend backend) {
    SentenceModules mean = SentenceModules.pooledBy(Pooling.MEAN);
    assertThatThrownBy(() -> checkContrastive(backend, mean, 4, "grad_infonce"))
        .isInstanceOf(AssertionError.class);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void listwiseGradientsMatch(Backend backend) {
    checkListwise(backend, "model.safetensors", ANSWERS, 1, "grad_listwise_yesno");
    checkListwise(backend, "seqcls.safetensors", SentenceModules.none(), 0, "grad_listwise_seqcls");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aWrongPositiveBreaksTheGradients(Backend backend) {
    assertThatThrownBy(
            () -> checkListwise(backend, "model.safetensors", ANSWERS, 0, "grad_listwise_yesno"))
        .isInstanceOf(AssertionError.class);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void oneAdamWStepMatches(Backend backend) {
    for (String loss : List.of("infonce", "listwise_yesno")) {
      try (SafetensorsFile before = Goldens.open("qwen3-tiny/model");
          SafetensorsFile gradients = Goldens.open("qwen3-tiny/grad_" + loss);
          SafetensorsFile expected = Goldens.open("qwen3-tiny/adamw_step1_" + loss)) {
        assertThat(gradients.names()).hasSize(before.names().size());
        Goldens.checkAdamW(backend, before, gradients, expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aPrefixComputedOnceChangesNoHiddenState(Backend backend) {
    for (String model : MODELS) {
      try (SafetensorsFile cases = Goldens.open(model + "/cases");
          PretrainedModel files = TestModels.qwen3(model, "model.safetensors", LAST);
          Pass pass = Pass.inference(backend)) {
        Qwen3Decoder decoder = decoder(files, backend);
        int[] beginning = Goldens.texts(cases, "long").get(0).ids(); // 130 tokens
        List<Encoding> rests = Goldens.texts(cases, "right"); // 1 to 20 tokens
        List<Encoding> whole = rests.stream().map(rest -> joined(beginning, rest)).toList();
        double[] expected = decoder.forward(pass, TokenBatch.of(whole)).toDoubles();
        Qwen3Decoder.Prefix prefix = decoder.prefix(pass, beginning);
        double[] actual = decoder.forward(pass, prefix, TokenBatch.of(rests)).toDoubles();
        int width = decoder.hiddenSize();
        int from = 0; // in actual
        int start = 0; // in expected
        for (Encoding rest : rests) {
          start += beginning.length * width;
          int length = rest.length() * width;
          assertThat(Arrays.copyOfRange(actual, from, from + length))
              .usingComparatorWithPrecision(Goldens.OUTPUT)
              .containsExactly(Arrays.copyOfRange(expected, start, start + length));
          from += length;
          start += length;
        }
      }
    }
  }

  private static Encoding joined(int[] beginning, Encoding rest) {
    int[] ids = Arrays.copyOf(beginning, beginning.length + rest.length());
    System.arraycopy(rest.ids(), 0, ids, beginning.length, rest.length());
    return new Encoding(ids, new int[ids.length], 0);
  }

  private static Qwen3Decoder decoder(PretrainedModel files, Backend backend) {
    return new Qwen3Decoder(
        Qwen3Config.read(files.config()),
        new Weights(files.where(), files.weights(), "model.", backend));
  }

  private static void checkHidden(Backend backend, String model, String file, String name) {
    try (SafetensorsFile cases = Goldens.open(model + "/cases");
        PretrainedModel files = TestModels.qwen3(model, file, LAST);
        Pass pass = Pass.inference(backend)) {
      TokenBatch tokens = TokenBatch.of(Goldens.texts(cases, name));
      Goldens.checkHidden(cases, name, decoder(files, backend).forward(pass, tokens));
    }
  }

  private static void checkEmbedding(
      Backend backend, String model, String file, String name, String suffix) {
    try (SafetensorsFile cases = Goldens.open(model + "/cases");
        PretrainedModel files = TestModels.qwen3(model, file, LAST);
        Pass pass = Pass.inference(backend)) {
      BiEncoder encoder = BiEncoder.of(files, backend);
      Goldens.check(
          cases.tensor(name + ".embedding" + suffix),
          encoder.forward(pass, Goldens.texts(cases, name)).toDoubles(),
          Goldens.OUTPUT);
    }
  }

  private static void checkScores(
      Backend backend,
      String model,
      String file,
      SentenceModules modules,
      String name,
      String score) {
    try (SafetensorsFile cases = Goldens.open(model + "/cases");
        PretrainedModel files = TestModels.qwen3(model, file, modules);
        Pass pass = Pass.inference(backend)) {
      List<Encoding> texts = Goldens.texts(cases, name);
      double[] scores =
          CrossEncoder.of(files, backend).forward(pass, texts, new float[texts.size()]).toDoubles();
      Goldens.check(cases.tensor(name + "." + score), scores, Goldens.OUTPUT);
      if (score.equals("score_yes_minus_no")) {
        double[] probabilities =
            Arrays.stream(scores).map(s -> CrossEncoder.probability((float) s)).toArray();
        Goldens.check(cases.tensor(name + ".prob_yes"), probabilities, Goldens.OUTPUT);
      }
    }
  }

  private static void checkContrastive(
      Backend backend, SentenceModules modules, int columns, String name) {
    try (PretrainedModel files = TestModels.qwen3("qwen3-tiny", "model.safetensors", modules);
        SafetensorsFile batch = Goldens.open("qwen3-tiny/train_batch");
        SafetensorsFile golden = Goldens.open("qwen3-tiny/" + name)) {
      Goldens.checkContrastive(BiEncoder.of(files, backend), batch, columns, golden, "model.");
    }
  }

  private static void checkListwise(
      Backend backend, String file, SentenceModules modules, int positive, String name) {
    try (PretrainedModel files = TestModels.qwen3("qwen3-tiny", file, modules);
        SafetensorsFile batch = Goldens.open("qwen3-tiny/train_batch");
        SafetensorsFile golden = Goldens.open("qwen3-tiny/" + name)) {
      Goldens.checkListwise(CrossEncoder.of(files, backend), batch, positive, golden, "model.");
    }
  }
}
