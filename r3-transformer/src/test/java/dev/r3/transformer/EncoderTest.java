package dev.r3.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.TestBackends;
import dev.r3.tensor.io.SafetensorsFile;
import dev.r3.tensor.op.Pool;
import dev.r3.transformer.checkpoint.LoadOptions;
import dev.r3.transformer.checkpoint.SentenceModules;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EncoderTest {
  static List<Backend> backends() {
    return TestBackends.all();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void whatIsPooledIsOfTheWholeHiddenState(Backend backend) {
    try (PretrainedModel bert = TestModels.tiny("encoder.safetensors", Pooling.CLS)) {
      check(backend, bert, "bert-tiny", "full");
    }
    for (String model : List.of("qwen3-tiny", "qwen3-tiny-wide")) {
      SentenceModules modules = SentenceModules.pooledBy(Pooling.LAST);
      try (PretrainedModel qwen3 = TestModels.qwen3(model, "model.safetensors", modules)) {
        check(backend, qwen3, model, "right");
      }
    }
  }

  private static void check(Backend backend, PretrainedModel files, String golden, String texts) {
    try (SafetensorsFile cases = Goldens.open(golden + "/cases");
        Pass pass = Pass.inference(backend)) {
      Encoder encoder =
          files.architecture().encoder(files, files.weightsOn(backend, LoadOptions.training()));
      TokenBatch batch = TokenBatch.of(Goldens.texts(cases, texts));
      assertThat(batch.sequences().maxLength()).isGreaterThan(1);
      for (Pooling pooling : Pooling.values()) {
        assertThat(encoder.pooled(pass, batch, pooling).toDoubles())
            .as("%s of %s", pooling, golden)
            .usingComparatorWithPrecision(1e-5)
            .containsExactly(
                Pool.apply(pass, pooling, encoder.forward(pass, batch), batch.sequences())
                    .toDoubles());
      }
    }
  }
}
