package dev.r3.transformer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.io.AtomicFiles;
import dev.r3.tensor.io.DataType;
import dev.r3.tensor.io.SafetensorsWriter;
import dev.r3.transformer.checkpoint.ConfigFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** Writes models as Hugging Face directories; each file is replaced as a whole. */
record SavedModel(Path folder) {

  void writeBiEncoder(BiEncoder model) {
    createFolders(folder.resolve("1_Pooling"));
    ConfigFile config = model.config().copy();
    setArchitecture(config, "BertModel");
    config.write(folder.resolve("config.json"));
    writeWeights(model.parameters(), name -> name);
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
    ConfigFile.empty("")
        .with("kind", "embedding")
        .with("query_prompt", settings.queryPrompt())
        .with("query_max_tokens", settings.queryMaxTokens())
        .with("skill_max_tokens", settings.skillMaxTokens())
        .write(folder.resolve(PretrainedModel.SETTINGS_FILE));
  }

  void writeCrossEncoder(CrossEncoder model) {
    createFolders(folder);
    ConfigFile config = model.config().copy();
    setArchitecture(config, "BertForSequenceClassification");
    ObjectNode labels = config.fields().putObject("id2label");
    labels.put("0", "LABEL_0");
    config.fields().putObject("label2id").put("LABEL_0", 0);
    config.write(folder.resolve("config.json"));
    writeWeights(
        model.parameters(),
        name ->
            name.startsWith("classifier.") || name.startsWith("first_stage.")
                ? name
                : "bert." + name);
    model.tokenizer().save(folder);
    ConfigFile.empty("")
        .with("kind", "reranker")
        .with("pair_max_tokens", model.pairMaxTokens())
        .write(folder.resolve(PretrainedModel.SETTINGS_FILE));
  }

  private void writeWeights(List<Parameter> parameters, UnaryOperator<String> storedName) {
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata("format", "pt"); // what transformers asks for
    for (Parameter parameter : parameters) {
      writer.add(storedName.apply(parameter.name()), DataType.F32, parameter.value());
    }
    writer.write(folder.resolve("model.safetensors"));
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

  private static void setArchitecture(ConfigFile config, String architecture) {
    config.fields().putArray("architectures").add(architecture);
    config.fields().put("torch_dtype", "float32");
  }

  private static void createFolders(Path path) {
    try {
      Files.createDirectories(path);
    } catch (IOException failure) {
      throw new UncheckedIOException(path + ": expected a writable directory", failure);
    }
  }
}
