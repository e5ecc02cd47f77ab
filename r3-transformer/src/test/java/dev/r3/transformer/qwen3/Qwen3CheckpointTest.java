package dev.r3.transformer.qwen3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.TestBackends;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.DataType;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.checkpoint.LoadOptions;
import dev.r3.transformer.checkpoint.WeightPrecision;
import dev.r3.transformer.qwen3.RandomQwen3.Layout;
import dev.r3.transformer.tokenizer.QwenTokenizerJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way in which Qwen3 checkpoints come. */
class Qwen3CheckpointTest {
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

  private float[][] embed(Path model) {
    return BiEncoder.open(model, backend).embedSkills(TEXTS);
  }

  private float[] scores(Path model) {
    return CrossEncoder.open(model, backend).score("join files", TEXTS, new float[3]);
  }

  @ParameterizedTest
  @CsvSource({"'', false, 1", "model., true, 1", "'', false, 3", "model., true, 5"})
  void namesOutputLayerAndShardsDoNotMatter(String prefix, boolean outputLayer, int shards)
      throws IOException {
    float[][] expected = embed(MODEL.write(folder.resolve("plain"), ENDING));
    Layout layout = new Layout(prefix, outputLayer, false, DataType.F32, shards);
    assertThat(embed(MODEL.with(layout).write(folder.resolve("other"), ENDING)))
        .isDeepEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"BF16, 2e-2", "F16, 2e-3", "F64, 1e-6"})
  void otherPrecisionsGiveAlmostTheSame(DataType type, double tolerance) throws IOException {
    float[][] expected = embed(MODEL.write(folder.resolve("plain"), ENDING));
    Layout layout = new Layout("model.", false, false, type, 1);
    float[][] actual = embed(MODEL.with(layout).write(folder.resolve("other"), ENDING));
    for (int i = 0; i < actual.length; i++) {
      for (int j = 0; j < actual[i].length; j++) {
        assertThat((double) actual[i][j]).isCloseTo(expected[i][j], within(tolerance));
      }
    }
    assertThat(type == DataType.F64).isEqualTo(java.util.Arrays.deepEquals(actual, expected));
  }

  @Test
  void loadingTellsHowFarItIsAndOnlyFullPrecisionTrains() throws IOException {
    Layout layout = new Layout("model.", false, false, DataType.BF16, 2);
    Path model = MODEL.with(layout).write(folder, ENDING);
    List<Long> done = new ArrayList<>();
    List<Long> totals = new ArrayList<>();
    BiEncoder stored =
        BiEncoder.open(
            model,
            backend,
            LoadOptions.inference()
                .withListener(
                    (bytes, total) -> {
                      done.add(bytes);
                      totals.add(total);
                    }));
    long bytes = 2 * stored.parameters().stream().mapToLong(p -> p.value().size()).sum();
    assertThat(totals).hasSize(stored.parameters().size()).containsOnly(bytes);
    assertThat(done).isSorted().endsWith(bytes);
    assertThat(stored.parameters()).noneMatch(Parameter::isTrainable);
    BiEncoder full = BiEncoder.open(model, backend, LoadOptions.training());
    assertThat(full.parameters()).allMatch(Parameter::isTrainable);
    BiEncoder eight = BiEncoder.open(model, backend, LoadOptions.of(WeightPrecision.INT8));
    assertThat(eight.fingerprint()).isNotEqualTo(stored.fingerprint());
    assertThat(BiEncoder.open(model, backend).fingerprint()).isEqualTo(stored.fingerprint());
    Path saved = folder.resolve("saved");
    stored.save(saved);
    assertThat(BiEncoder.open(saved, backend).fingerprint()).isEqualTo(full.fingerprint());
  }

  @Test
  void theFingerprintOfWeightsInSixteenBitsChangesWithThem() throws IOException {
    Layout layout = new Layout("", false, false, DataType.BF16, 1);
    Path model = MODEL.with(layout).write(folder, ENDING);
    String before = BiEncoder.open(model, backend).fingerprint();
    Path weights = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    assertThat(BiEncoder.open(model, backend).fingerprint()).isNotEqualTo(before);
  }

  @Test
  void newerNamesInTheConfigurationMeanTheSame() throws IOException {
    Path model = MODEL.write(folder, ENDING);
    float[][] expected = embed(model);
    change(
        "config.json",
        config -> {
          config.remove(List.of("rope_theta", "rope_scaling", "torch_dtype"));
          config.put("dtype", "float32");
          config.putObject("rope_parameters").put("rope_theta", 1e6).put("rope_type", "default");
          config.putArray("layer_types").add("full_attention").add("full_attention");
        });
    assertThat(embed(model)).isDeepEqualTo(expected);
    change("config.json", config -> config.withObject("/rope_parameters").put("rope_theta", 1e3));
    assertThat(embed(model)).isNotEqualTo(expected);
  }

  @Test
  void anEmbeddingMayHaveMoreRowsThanTheTokenizerTokens() throws IOException {
    RandomQwen3 padded = new RandomQwen3(RandomQwen3.small(VOCABULARY + 264), FLOATS);
    assertThat(embed(padded.write(folder, ENDING))).hasDimensions(3, 24);
    RandomQwen3 short1 = new RandomQwen3(RandomQwen3.small(VOCABULARY - 1), FLOATS);
    assertThatThrownBy(() -> embed(short1.write(folder.resolve("short"), ENDING)))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            "config.json: expected \"vocab_size\" of at least the tokenizer's 9720 tokens, got 9719");
  }

  @ParameterizedTest
  @CsvSource({
    "sentence_transformers.models.",
    "sentence_transformers.sentence_transformer.modules.pooling.",
  })
  void poolingIsToldInOldAndNewWords(String classes) throws IOException {
    Path model = MODEL.write(folder, ENDING);
    String modules =
        """
        [{"idx": 0, "name": "0", "path": "", "type": "%1$sTransformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling", "type": "%1$sPooling"},
         {"idx": 2, "name": "2", "path": "2_Normalize", "type": "%1$sNormalize"}]
        """;
    Files.writeString(folder.resolve("modules.json"), modules.formatted(classes));
    Files.createDirectories(folder.resolve("1_Pooling"));
    for (String pooling :
        List.of(
            "{\"pooling_mode_mean_tokens\": true, \"pooling_mode_lasttoken\": false}",
            "{\"pooling_mode\": \"mean\", \"embedding_dimension\": 24}",
            "{\"pooling_mode\": [\"mean\"]}")) {
      Files.writeString(folder.resolve("1_Pooling/config.json"), pooling);
      assertThat(BiEncoder.open(model, backend).settings().pooling()).isEqualTo(Pooling.MEAN);
    }
    for (String pooling :
        List.of(
            "{\"pooling_mode_cls_token\": false, \"pooling_mode_lasttoken\": true}",
            "{\"pooling_mode\": \"lasttoken\"}")) {
      Files.writeString(folder.resolve("1_Pooling/config.json"), pooling);
      assertThat(BiEncoder.open(model, backend).settings().pooling()).isEqualTo(Pooling.LAST);
    }
    Files.writeString(
        folder.resolve("1_Pooling/config.json"), "{\"pooling_mode\": [\"cls\", \"max\"]}");
    assertThatThrownBy(() -> BiEncoder.open(model, backend))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("expected mean, cls or lasttoken pooling, got another mode");
  }

  @Test
  void aCheckpointThatDoesNotSayIsReadAsTheReleasedModels() throws IOException {
    BiEncoder model = BiEncoder.open(MODEL.write(folder, ENDING), backend);
    assertThat(model.settings())
        .isEqualTo(
            new BiEncoder.Settings(
                Pooling.LAST,
                "Instruct: Given a user request, retrieve the agent skill that solves it.\nQuery: ",
                4096,
                4096));
    assertThat(model.tokenizeQuery("x").ids()).endsWith(QwenTokenizerJson.FEW);
  }

  @Test
  void aRerankerNeedsNoModules() throws IOException {
    Path tied = MODEL.write(folder.resolve("tied"), PLAIN);
    float[] expected = scores(tied);
    assertThat(expected).doesNotHaveDuplicates();
    // With its own copy of the tied layer, and with the module that names the answers.
    Layout copied = new Layout("", true, false, DataType.F32, 1);
    Path other = MODEL.with(copied).write(folder.resolve("other"), PLAIN);
    assertThat(scores(other)).containsExactly(expected);
    writeAnswers(other, "{\"true_token_id\": 9693, \"false_token_id\": 2152}");
    assertThat(scores(other)).containsExactly(expected);
    writeAnswers(other, "{\"true_token_id\": 2152, \"false_token_id\": 9693}");
    float[] swapped = scores(other);
    for (int i = 0; i < expected.length; i++) {
      assertThat(swapped[i]).isCloseTo(-expected[i], within(1e-5f));
    }
    writeAnswers(other, "{\"true_token_id\": 9693, \"false_token_id\": null}");
    assertThat(scores(other)).doesNotContain(expected);
    assertThatThrownBy(() -> BiEncoder.open(other, backend))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("expected an embedding model, got a reranker with answer tokens");
  }

  private static void writeAnswers(Path model, String answers) throws IOException {
    Files.writeString(
        model.resolve("modules.json"),
        """
        [{"path": "", "type": "sentence_transformers.base.modules.transformer.Transformer"},
         {"path": "1_LogitScore",
          "type": "sentence_transformers.cross_encoder.modules.logit_score.LogitScore"}]
        """);
    Files.createDirectories(model.resolve("1_LogitScore"));
    Files.writeString(model.resolve("1_LogitScore/config.json"), answers);
  }

  @Test
  void anOutputLayerOfItsOwnIsUsedWhereItIsNotTied() throws IOException {
    Layout own = new Layout("model.", true, false, DataType.F32, 1);
    Path model = MODEL.with(own).write(folder, PLAIN);
    float[] tied = scores(model);
    change("config.json", config -> config.put("tie_word_embeddings", false));
    assertThat(scores(model)).containsExactly(tied); // the file holds the same numbers
    Files.delete(folder.resolve("model.safetensors"));
    change(
        "config.json",
        config -> {
          ObjectNode untied = MODEL.with(FLOATS).configJson();
          untied.put("tie_word_embeddings", false);
          config.removeAll();
          config.setAll(untied);
        });
    Path weights = MODEL.write(folder.resolve("without"), PLAIN).resolve("model.safetensors");
    Files.move(weights, folder.resolve("model.safetensors"));
    assertThatThrownBy(() -> scores(model))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a tensor lm_head.weight [9720, 24], got none");
  }

  @Test
  void anEmbeddingModelIsNoReranker() throws IOException {
    Path model = folder.resolve("saved");
    BiEncoder.open(MODEL.write(folder.resolve("plain"), ENDING), backend).save(model);
    assertThatThrownBy(() -> CrossEncoder.open(model, backend))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("expected a reranker, got an embedding model with pooling");
  }

  @Test
  void unknownArchitecturesAndModulesAreRefusedWithWhatIsKnown() throws IOException {
    Path model = MODEL.write(folder, ENDING);
    Files.writeString(
        folder.resolve("modules.json"),
        "[{\"path\": \"2_Dense\", \"type\": \"sentence_transformers.models.Dense\"}]");
    assertThatThrownBy(() -> embed(model))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            "modules.json: expected modules of [Transformer, Pooling, Normalize, LogitScore], got"
                + " \"sentence_transformers.models.Dense\"");
    Files.writeString(
        folder.resolve("modules.json"), "[{\"path\": \"../1_Pooling\", \"type\": \"a.Pooling\"}]");
    assertThatThrownBy(() -> embed(model))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("expected the name of a folder in \"path\", got \"../1_Pooling\"");
    change("config.json", config -> config.put("model_type", "gemma3"));
    assertThatThrownBy(() -> embed(model))
        .isInstanceOf(DataException.class)
        .hasMessage(
            folder.resolve("config.json")
                + ": expected \"model_type\" to be one of [bert, qwen3], got gemma3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"attention_bias\": true}; expected \"attention_bias\": false, got true",
        "{\"use_sliding_window\": true}; expected \"use_sliding_window\": false, got true",
        "{\"hidden_act\": \"gelu\"}; expected \"hidden_act\": \"silu\", got \"gelu\"",
        "{\"head_dim\": 7}; expected num_attention_heads a multiple of num_key_value_heads and an"
            + " even head_dim, got 4, 2 and 7",
        "{\"layer_types\": [\"sliding_attention\"]}; expected \"layer_types\" of full_attention"
            + " alone, got sliding_attention",
        "{\"rope_scaling\": {\"rope_type\": \"yarn\"}}; rope_scaling: expected \"rope_type\":"
            + " \"default\", got \"yarn\"",
        "{\"rope_parameters\": {\"rope_type\": \"yarn\"}}; rope_parameters: expected \"rope_type\":"
            + " \"default\", got \"yarn\"",
      })
  void whatIsNotComputedIsRefused(String fields, String message) throws IOException {
    Path model = MODEL.write(folder, ENDING);
    JsonNode extra = JSON.readTree(fields);
    change("config.json", config -> config.setAll((ObjectNode) extra));
    assertThatThrownBy(() -> embed(model))
        .isInstanceOf(DataException.class)
        .hasMessage(folder.resolve("config.json") + ": " + message);
  }

  private void change(String file, Consumer<ObjectNode> change) throws IOException {
    Path path = folder.resolve(file);
    ObjectNode json = (ObjectNode) JSON.readTree(path.toFile());
    change.accept(json);
    JSON.writeValue(path.toFile(), json);
  }
}
