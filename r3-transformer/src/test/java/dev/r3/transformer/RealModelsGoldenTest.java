package dev.r3.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.TestBackends;
import dev.r3.tensor.io.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real weights from their ONNX files against ONNX Runtime's embeddings of 40 sentences. */
class RealModelsGoldenTest {
  private static final float TOLERANCE = 1e-5f;

  @ParameterizedTest
  @CsvSource({
    "all-minilm-l6-v2, all-minilm-l6-v2, MEAN, java",
    "bge-small-en-v15, bge-small-en-v1.5, CLS, java",
    "bge-small-zh-v15, bge-small-zh-v1.5, CLS, java",
    "e5-small-v2, e5-small-v2, MEAN, java",
    "bge-small-zh-v15, bge-small-zh-v1.5, CLS, nd4j",
  })
  void embeddingsMatch(String golden, String file, Pooling pooling, String backendName)
      throws IOException {
    Backend backend = backendName.equals("java") ? TestBackends.java() : TestBackends.nd4j();
    try (PretrainedModel files = TestModels.open(golden, file, pooling)) {
      check(golden, BiEncoder.of(files, backend));
    }
  }

  @Test
  void aNudgedWeightBreaksTheGolden() throws IOException {
    try (PretrainedModel files =
        TestModels.open("bge-small-zh-v15", "bge-small-zh-v1.5", Pooling.CLS)) {
      BiEncoder model = BiEncoder.of(files, TestBackends.java());
      Parameter weight =
          model.parameters().stream()
              .filter(p -> p.name().equals("encoder.layer.3.output.dense.weight"))
              .findFirst()
              .orElseThrow();
      float[] nudged = weight.value().toFloats();
      for (int i = 0; i < nudged.length; i++) {
        nudged[i] *= 1.001f;
      }
      model.backend().assign(weight.value(), nudged);
      assertThatThrownBy(() -> check("bge-small-zh-v15", model)).isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void aSavedModelReadsBackBitForBit(@TempDir Path folder) throws IOException {
    try (PretrainedModel files =
        TestModels.open("bge-small-zh-v15", "bge-small-zh-v1.5", Pooling.CLS)) {
      BiEncoder model = BiEncoder.of(files, TestBackends.java());
      model.save(folder);
      BiEncoder again = BiEncoder.open(folder, TestBackends.java());
      assertThat(again.fingerprint()).isEqualTo(model.fingerprint());
      assertThat(again.settings()).isEqualTo(model.settings());
      check("bge-small-zh-v15", again);
      JsonNode tokenizer =
          new ObjectMapper().readTree(folder.resolve("tokenizer_config.json").toFile());
      // BertTokenizerFast would lower-case by its own default, whatever tokenizer.json says
      assertThat(tokenizer.path("tokenizer_class").textValue())
          .isEqualTo("PreTrainedTokenizerFast");
      assertThat(tokenizer.path("pad_token").textValue()).isEqualTo("[PAD]");
      assertThat(tokenizer.path("sep_token").textValue()).isEqualTo("[SEP]");
      assertThat(tokenizer.path("model_max_length").intValue()).isEqualTo(512);
      assertThat(tokenizer.path("model_input_names"))
          .extracting(JsonNode::textValue)
          .containsExactly("input_ids", "token_type_ids", "attention_mask");
    }
  }

  private static void check(String golden, BiEncoder model) throws IOException {
    List<String> texts = new ArrayList<>();
    for (JsonNode input :
        new ObjectMapper()
            .readTree(TestModels.golden("real-models/" + golden + "/inputs.json").toFile())) {
      texts.add(input.path("text").textValue());
    }
    try (SafetensorsFile expected =
        SafetensorsFile.open(
            TestModels.golden("real-models/" + golden + "/embeddings.safetensors"))) {
      float[] all = expected.tensor("embeddings").toFloats(); // [40, dimension]
      float[][] vectors = model.embedSkills(texts);
      for (int i = 0; i < vectors.length; i++) {
        for (int j = 0; j < vectors[i].length; j++) {
          float difference = Math.abs(vectors[i][j] - all[i * vectors[i].length + j]);
          assertThat(difference).as("text " + i + ", element " + j).isLessThan(TOLERANCE);
        }
      }
    }
  }
}
