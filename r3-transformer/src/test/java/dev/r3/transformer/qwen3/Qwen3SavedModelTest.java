package dev.r3.transformer.qwen3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.r3.tensor.Backend;
import dev.r3.tensor.TestBackends;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.DataType;
import dev.r3.tensor.io.TensorStore;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.PretrainedModel;
import dev.r3.transformer.qwen3.RandomQwen3.Layout;
import dev.r3.transformer.tokenizer.QwenTokenizerJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saved Qwen3 models: what other tools load of them, and that nothing is lost. */
class Qwen3SavedModelTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VOCABULARY = QwenTokenizerJson.FEW + 26;
  private static final ObjectNode PLAIN = QwenTokenizerJson.plain(QwenTokenizerJson.FEW);
  private static final ObjectNode ENDING = QwenTokenizerJson.embedding(QwenTokenizerJson.FEW);
  private static final Layout FLOATS = new Layout("model.", false, false, DataType.F32, 1);
  private static final RandomQwen3 MODEL = new RandomQwen3(RandomQwen3.small(VOCABULARY), FLOATS);
  private static final List<String> TEXTS =
      List.of("pdf-merge | Joins PDF files | # PDF", "合同翻译 | 把合同翻译成英文 | 步骤", "x");

  @TempDir private Path folder;
  private final Backend backend = TestBackends.java();

  private float[] scores(Path model) {
    return CrossEncoder.open(model, backend).score("join files", TEXTS, new float[3]);
  }

  @Test
  void aSavedEmbeddingModelIsTheSameAndInTheOldForm() throws IOException {
    MODEL.write(folder, ENDING);
    change(
        "config.json",
        config -> {
          config.remove(List.of("rope_theta", "torch_dtype"));
          config.put("dtype", "bfloat16").put("an_unknown_key", "kept");
          config.putObject("rope_parameters").put("rope_theta", 1e6).put("rope_type", "default");
        });
    BiEncoder model = BiEncoder.open(folder, backend);
    Path saved = folder.resolve("saved");
    model.save(saved);
    BiEncoder again = BiEncoder.open(saved, backend);
    assertThat(again.fingerprint()).isEqualTo(model.fingerprint());
    assertThat(again.settings()).isEqualTo(model.settings());
    JsonNode config = JSON.readTree(saved.resolve("config.json").toFile());
    assertThat(config.at("/architectures/0").textValue()).isEqualTo("Qwen3Model");
    assertThat(config.path("an_unknown_key").textValue()).isEqualTo("kept");
    assertThat(config.path("rope_theta").doubleValue()).isEqualTo(1e6);
    assertThat(config.path("dtype").textValue()).isEqualTo("float32");
    assertThat(config.path("torch_dtype").textValue()).isEqualTo("float32");
    JsonNode pooling = JSON.readTree(saved.resolve("1_Pooling/config.json").toFile());
    assertThat(pooling.path("pooling_mode_lasttoken").booleanValue()).isTrue();
    assertThat(pooling.path("word_embedding_dimension").intValue()).isEqualTo(24);
    JsonNode modules = JSON.readTree(saved.resolve("modules.json").toFile());
    assertThat(modules.findValuesAsText("type"))
        .containsExactly(
            "sentence_transformers.models.Transformer",
            "sentence_transformers.models.Pooling",
            "sentence_transformers.models.Normalize");
    JsonNode tokenizer = JSON.readTree(saved.resolve("tokenizer_config.json").toFile());
    assertThat(tokenizer.path("pad_token").textValue()).isEqualTo("<|endoftext|>");
    assertThat(tokenizer.has("cls_token")).isFalse();
    assertThat(tokenizer.path("model_input_names"))
        .extracting(JsonNode::textValue)
        .containsExactly("input_ids", "attention_mask");
    JsonNode prompts = JSON.readTree(saved.resolve("config_sentence_transformers.json").toFile());
    assertThat(prompts.at("/prompts/query").textValue()).startsWith("Instruct: Given a user");
    try (TensorStore store = TensorStore.open(saved)) {
      assertThat(store.names()).contains("embed_tokens.weight", "layers.1.mlp.up_proj.weight");
      assertThat(store.metadata()).containsEntry("format", "pt");
    }
  }

  @Test
  void aSavedRerankerReadsTheSameFromOneLogit() throws IOException {
    Path model = MODEL.write(folder, PLAIN);
    Path saved = folder.resolve("saved");
    CrossEncoder.open(model, backend).save(saved);
    JsonNode config = JSON.readTree(saved.resolve("config.json").toFile());
    assertThat(config.at("/architectures/0").textValue())
        .isEqualTo("Qwen3ForSequenceClassification");
    assertThat(config.path("id2label")).hasSize(1);
    assertThat(config.path("pad_token_id").intValue()).isEqualTo(QwenTokenizerJson.FEW);
    Set<String> names;
    try (TensorStore store = TensorStore.open(saved)) {
      names = store.names();
    }
    assertThat(names)
        .contains("score.weight", "model.embed_tokens.weight", "model.norm.weight")
        .doesNotContain("first_stage.weight", "lm_head.weight");
    assertThat(scores(saved)).usingComparatorWithPrecision(1e-5f).containsExactly(scores(model));
    Path twice = folder.resolve("twice");
    CrossEncoder.open(saved, backend).save(twice);
    assertThat(scores(twice)).containsExactly(scores(saved));
  }

  @Test
  void aFreshHeadBeginsWithTheFirstStage() throws IOException {
    float[] similarities = {0.5f, 0.25f, -1};
    try (PretrainedModel files = PretrainedModel.open(MODEL.write(folder, ENDING))) {
      CrossEncoder model =
          CrossEncoder.fresh(files, new CrossEncoder.Fresh(128, 10, "first", 1), backend);
      assertThat(model.score("join files", TEXTS, similarities)).containsExactly(5, 2.5f, -10);
      Path saved = folder.resolve("saved");
      model.save(saved);
      assertThat(CrossEncoder.open(saved, backend).score("join files", TEXTS, similarities))
          .containsExactly(5, 2.5f, -10);
    }
  }

  @Test
  void theLimitOfAFreshRerankerLeavesRoomBesideThePrompt() throws IOException {
    try (PretrainedModel files = PretrainedModel.open(MODEL.write(folder, ENDING))) {
      CrossEncoder model =
          CrossEncoder.fresh(files, new CrossEncoder.Fresh(20, 10, "first", 1), backend);
      int prompt = model.tokenize("", "").length() - 1; // the space before the skill
      assertThat(model.pairMaxTokens()).isEqualTo(prompt + 20);
      assertThat(model.tokenize("join", "1".repeat(15)).truncatedTokens()).isZero();
      assertThat(model.tokenize("join", "1".repeat(40)).length()).isEqualTo(prompt + 20);
    }
  }

  @Test
  void aLimitWithoutRoomBesideThePromptIsRefused() throws IOException {
    try (PretrainedModel files = PretrainedModel.open(MODEL.write(folder, ENDING))) {
      int prompt =
          CrossEncoder.fresh(files, new CrossEncoder.Fresh(8, 10, "first", 1), backend)
                  .pairMaxTokens()
              - 8;
      assertThatThrownBy(
              () -> CrossEncoder.fresh(files, new CrossEncoder.Fresh(7, 10, "first", 1), backend))
          .isInstanceOf(DataException.class)
          .hasMessage(
              "%s: expected room for 8 tokens of query and skill, got 7: pairs of %d tokens, %d of"
                  + " them the prompt",
              folder, prompt + 7, prompt);
    }
  }

  private void change(String file, Consumer<ObjectNode> change) throws IOException {
    Path path = folder.resolve(file);
    ObjectNode json = (ObjectNode) JSON.readTree(path.toFile());
    change.accept(json);
    JSON.writeValue(path.toFile(), json);
  }
}
