package dev.r3.train.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Golden;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Precision;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.TestBackends;
import dev.r3.tensor.io.SafetensorsFile;
import dev.r3.tensor.op.L2Normalize;
import dev.r3.tensor.op.Pool;
import dev.r3.train.loss.InfoNce;
import dev.r3.train.loss.Targets;
import dev.r3.train.optimizer.AdamW;
import dev.r3.train.optimizer.GradientClipping;
import dev.r3.train.optimizer.ParameterGroup;
import dev.r3.train.schedule.ConstantRate;
import dev.r3.train.schedule.Warmup;
import dev.r3.train.trainer.TrainingEvent.StepTaken;
import dev.r3.transformer.TokenBatch;
import dev.r3.transformer.bert.BertConfig;
import dev.r3.transformer.bert.BertEncoder;
import dev.r3.transformer.checkpoint.ConfigFile;
import dev.r3.transformer.checkpoint.Weights;
import dev.r3.transformer.tokenizer.Encoding;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Five steps of a whole training, from token ids to updated weights, against PyTorch's in double
 * precision: model, loss, gradients, optimizer and loop together.
 */
class BertTinyTrainingTest {
  private static final Golden BATCH = Golden.open("bert-tiny/train_batch.safetensors");

  private static Path file(String name) throws Exception {
    return Path.of(BertTinyTrainingTest.class.getResource("/goldens/bert-tiny/" + name).toURI());
  }

  private static List<Encoding> texts(String name) {
    long[] ids = BATCH.stored(name + ".input_ids").toLongs();
    long[] mask = BATCH.stored(name + ".attention_mask").toLongs();
    int width = BATCH.stored(name + ".input_ids").shape().lastAxis();
    List<Encoding> texts = new ArrayList<>();
    for (int start = 0; start < ids.length; start += width) {
      int length = (int) Arrays.stream(mask, start, start + width).sum();
      int[] own = Arrays.stream(ids, start, start + length).mapToInt(Math::toIntExact).toArray();
      texts.add(new Encoding(own, new int[length], 0));
    }
    return texts;
  }

  private static Tensor embed(Pass pass, BertEncoder encoder, List<Encoding> texts) {
    TokenBatch batch = TokenBatch.of(texts);
    Tensor hidden = encoder.forward(pass, batch);
    return L2Normalize.apply(pass, Pool.apply(pass, Pooling.MEAN, hidden, batch.sequences()));
  }

  private static void follow(Backend backend, double learningRate) throws Exception {
    try (SafetensorsFile weights = SafetensorsFile.open(file("model.safetensors"))) {
      BertConfig config = BertConfig.read(ConfigFile.read(file("config.json"))).withDropout(0);
      BertEncoder encoder =
          new BertEncoder(config, new Weights("bert-tiny", weights, "bert.", backend));
      TrainingTask task =
          (pass, batch) ->
              new TrainingTask.BatchLoss(
                  new InfoNce(0.05)
                      .apply(
                          pass,
                          embed(pass, encoder, texts("q")),
                          embed(pass, encoder, texts("d")),
                          Targets.inBatch(4, 8)),
                  1);
      List<Double> losses = new ArrayList<>();
      AdamW optimizer =
          new AdamW(backend, List.of(new ParameterGroup(encoder.parameters(), 1, 0.01)));
      new Trainer(
              task,
              new ConstantRate(new Warmup(learningRate, 0)),
              TrainingSettings.ofSteps(6).withClipping(GradientClipping.NONE),
              TrainingHooks.none()
                  .withListener(
                      event -> {
                        if (event instanceof StepTaken step) {
                          losses.add(step.loss());
                        }
                      }))
          .run(new TrainingState(backend, optimizer, 0));
      compare(backend, losses);
    }
  }

  private static void compare(Backend backend, List<Double> losses) throws Exception {
    double tolerance = backend.precision() == Precision.FLOAT64 ? 1e-8 : 2e-4;
    try (InputStream in =
        BertTinyTrainingTest.class.getResourceAsStream("/goldens/bert-tiny/losses.json")) {
      JsonNode expected =
          new ObjectMapper().readTree(in).get("infonce_hardneg_mean_adamw_loss_trajectory");
      assertThat(losses).hasSize(expected.size());
      for (int step = 0; step < expected.size(); step++) {
        assertThat(losses.get(step))
            .as("loss before step %d", step + 1)
            .isCloseTo(expected.get(step).asDouble(), within(tolerance));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.TestBackends#all")
  void fiveStepsAreTheReferences(Backend backend) throws Exception {
    follow(backend, 1e-3);
  }

  @Test
  void anotherLearningRateBreaksTheGolden() {
    try (Backend doubles = TestBackends.doubles()) {
      assertThatThrownBy(() -> follow(doubles, 1.001e-3)).isInstanceOf(AssertionError.class);
    }
  }
}
