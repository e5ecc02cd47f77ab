package dev.r3.transformer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.io.AtomicFiles;
import dev.r3.tensor.io.DataType;
import dev.r3.tensor.io.SafetensorsWriter;
import dev.r3.transformer.checkpoint.ConfigFile;
import dev.r3.transformer.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes models as Hugging Face directories; each file is replaced as a whole. */
record SavedModel(Path folder) {
  /** How vocabularies spell the token that fills batches up. */
  private static final List<String> PADDING = List.of("[PAD]", "<pad>", "<|endoftext|>");

  /** Further roles of tokenizer_config.json, which BERT's vocabularies spell [UNK], [CLS], ... */
  private static final List<String> ROLES = List.of("unk", "cls", "sep", "mask");

  void writeBiEncoder(BiEncoder model) {
    createFolders(folder.resolve("1_Pooling"));
    Architecture architecture = PretrainedModel.architecture(model.config());
    writeConfig(model.config(), architecture.defaults().encoderName());
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model.parameters().forEach(parameter -> tensors.put(parameter.name(), parameter.value()));
    writeWeights(tensors);
    BiEncoder.Settings settings = model.settings();
    int longest = Math.max(settings.queryMaxTokens(), settings.skillMaxTokens());
    writeTokenizer(model.tokenizer(), architecture, longest);

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
    if (!labelled.fields().hasNonNull("pad_token_id")) { // transformers needs one for batches
      Tokenizer tokenizer = model.tokenizer();
      padding(tokenizer)
          .map(token -> tokenizer.tokenId(token).orElseThrow())
          .ifPresent(id -> labelled.fields().put("pad_token_id", id));
    }
    writeConfig(labelled, model.reader().className());
    Map<String, Tensor> tensors = new LinkedHashMap<>(model.reader().stored(model.backend()));
    if (model.residual().value().scalar() != 0) {
      tensors.put(CrossEncoder.RESIDUAL, model.residual().value());
    }
    writeWeights(tensors);
    Architecture architecture = PretrainedModel.architecture(model.config());
    writeTokenizer(model.tokenizer(), architecture, model.pairMaxTokens());
    ConfigFile settings =
        ConfigFile.empty("")
            .with("kind", "reranker")
            .with("pair_max_tokens", model.pairMaxTokens());
    model.firstStage().ifPresent(name -> settings.fields().put(CrossEncoder.FIRST_STAGE, name));
    settings.write(folder.resolve(PretrainedModel.SETTINGS_FILE));
  }

  /**
   * tokenizer.json, and a tokenizer_config.json that has transformers take it as it is: a class of
   * one model, such as BertTokenizerFast, would change its lower-casing to that class's default.
   */
  private void writeTokenizer(Tokenizer tokenizer, Architecture architecture, int longest) {
    tokenizer.save(folder);
    ConfigFile config =
        ConfigFile.empty("")
            .with("tokenizer_class", "PreTrainedTokenizerFast")
            .with("model_input_names", architecture.inputNames())
            .with("model_max_length", longest)
            .with("clean_up_tokenization_spaces", false);
    padding(tokenizer).ifPresent(token -> config.fields().put("pad_token", token));
    for (String role : ROLES) {
      String token = "[" + role.toUpperCase(Locale.ROOT) + "]";
      if (tokenizer.tokenId(token).isPresent()) {
        config.fields().put(role + "_token", token);
      }
    }
    config.write(folder.resolve("tokenizer_config.json"));
  }

  private static Optional<String> padding(Tokenizer tokenizer) {
    return PADDING.stream().filter(token -> tokenizer.tokenId(token).isPresent()).findFirst();
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
