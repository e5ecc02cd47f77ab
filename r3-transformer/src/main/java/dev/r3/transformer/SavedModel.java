package dev.r3.transformer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.io.AtomicFiles;
import dev.r3.tensor.io.DataType;
import dev.r3.tensor.io.SafetensorsWriter;
import dev.r3.transformer.checkpoint.ConfigFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes models as Hugging Face directories; each file is replaced as a whole. */
record SavedModel(Path folder) {

  void writeBiEncoder(BiEncoder model) {
    createFolders(folder.resolve("1_Pooling"));
    Architecture architecture = PretrainedModel.architecture(model.config());
    writeConfig(model.config(), architecture.defaults().encoderName());
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model.parameters().forEach(parameter -> tensors.put(parameter.name(), parameter.value()));
    writeWeights(tensors);
    model.tokenizer().save(folder);

    BiEncoder.Settings settings = model.settings();
    int longest = Math.max(settings.queryMaxTokens(), settings.skillMaxTokens());
    ConfigFile.empty("")
        .with("max_seq_length", longest)
        .with("do_lower_case", false)
        .write(folder.resolve("sentence_bert_config.json"));
    ConfigFile.empty("")
        .with("word_embedding_dimension", model.dimension())
        .with("pooling_mode_cls_token", settings.pooling() == Pooling.CLS)
        .with("pooling_mode_mean_tokens", settings.pooling() == Pooling.MEAN)
        .with("pooling_mode_max_tokens", false)
        .with("pooling_mode_mean_sqrt_len_tokens", false)
        .with("pooling_mode_lasttoken", settings.pooling() == Pooling.LAST)
        .write(folder.resolve("1_Pooling").resolve("config.json"));
    writeModules();
    ConfigFile prompts = ConfigFile.empty("");
    prompts.fields().putObject("prompts").put("query", settings.queryPrompt()).put("document", "");
    prompts.write(folder.resolve("config_sentence_transformers.json"));
    ConfigFile.empty("")
        .with("kind", "embedding")
        .with("query_prompt", settings.queryPrompt())
        .with("query_max_tokens", settings.queryMaxTokens())
        .with("skill_max_tokens", settings.skillMaxTokens())
        .write(folder.resolve(PretrainedModel.SETTINGS_FILE));
  }

  void writeCrossEncoder(CrossEncoder model) {
    createFolders(folder);
    ConfigFile labelled = model.config().copy();
    labelled.fields().putObject("id2label").put("0", "LABEL_0");
    labelled.fields().putObject("label2id").put("LABEL_0", 0);
    writeConfig(labelled, model.reader().className());
    Map<String, Tensor> tensors = new LinkedHashMap<>(model.reader().stored(model.backend()));
    if (model.residual().value().scalar() != 0) {
      tensors.put(CrossEncoder.RESIDUAL, model.residual().value());
    }
    writeWeights(tensors);
    model.tokenizer().save(folder);
    ConfigFile settings =
        ConfigFile.empty("")
            .with("kind", "reranker")
            .with("pair_max_tokens", model.pairMaxTokens());
    model.firstStage().ifPresent(name -> settings.fields().put(CrossEncoder.FIRST_STAGE, name));
    settings.write(folder.resolve(PretrainedModel.SETTINGS_FILE));
  }

  private void writeWeights(Map<String, Tensor> tensors) {
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata("format", "pt"); // what transformers asks for
    tensors.forEach((name, tensor) -> writer.add(name, DataType.F32, tensor));
    writer.write(folder.resolve("model.safetensors"));
  }

  /**
   * config.json with all that it held; what newer versions of transformers have renamed is written
   * under the old names too, which all versions read.
   */
  private void writeConfig(ConfigFile source, String architecture) {
    ConfigFile config = source.copy();
    config.fields().putArray("architectures").add(architecture);
    config.fields().put("torch_dtype", "float32");
    if (config.fields().has("dtype")) {
      config.fields().put("dtype", "float32");
    }
    JsonNode theta = config.fields().path("rope_parameters").path("rope_theta");
    if (theta.isNumber()) {
      config.fields().set("rope_theta", theta);
    }
    config.write(folder.resolve("config.json"));
  }

  /** modules.json of sentence-transformers, with the class paths that all its versions know. */
  private void writeModules() {
    String[][] modules = {
      {"", "sentence_transformers.models.Transformer"},
      {"1_Pooling", "sentence_transformers.models.Pooling"},
      {"2_Normalize", "sentence_transformers.models.Normalize"}
    };
    ArrayNode list = ConfigFile.empty("").fields().arrayNode();
    for (int i = 0; i < modules.length; i++) {
      list.addObject()
          .put("idx", i)
          .put("name", Integer.toString(i))
          .put("path", modules[i][0])
          .put("type", modules[i][1]);
    }
    AtomicFiles.write(
        folder.resolve("modules.json"),
        out -> out.write(list.toPrettyString().getBytes(StandardCharsets.UTF_8)));
  }

  private static void createFolders(Path path) {
    try {
      Files.createDirectories(path);
    } catch (IOException failure) {
      throw new UncheckedIOException(path + ": expected a writable directory", failure);
    }
  }
}
