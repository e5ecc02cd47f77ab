package dev.r3.train.trainer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.r3.tensor.Philox;
import dev.r3.tensor.Shape;
import dev.r3.tensor.io.SafetensorsWriter;
import dev.r3.train.data.SkillDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A random BERT of one layer and a handful of words, and a data set that it can read. */
final class TinyModel {
  static final List<String> SKILLS = List.of("pdf", "csv", "chart", "mail", "photo", "audio");
  private static final List<String> VERBS = List.of("read", "make", "send");
  private static final int HIDDEN = 16;
  private static final int POSITIONS = 24;
  private static final ObjectMapper JSON = new ObjectMapper();

  private TinyModel() {}

  /** Writes a model directory. */
  static Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    int words = writeTokenizer(folder.resolve("tokenizer.json"));
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type": "bert", "hidden_act": "gelu", "vocab_size": %d, "hidden_size": %d,
         "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32,
         "max_position_embeddings": %d, "type_vocab_size": 2, "hidden_dropout_prob": 0.0}
        """
            .formatted(words, HIDDEN, POSITIONS));
    SafetensorsWriter writer = new SafetensorsWriter();
    add(writer, "embeddings.word_embeddings.weight", words, HIDDEN);
    add(writer, "embeddings.position_embeddings.weight", POSITIONS, HIDDEN);
    add(writer, "embeddings.token_type_embeddings.weight", 2, HIDDEN);
    norm(writer, "embeddings.LayerNorm");
    String layer = "encoder.layer.0.";
    for (String part : List.of("query", "key", "value")) {
      dense(writer, layer + "attention.self." + part, HIDDEN, HIDDEN);
    }
    dense(writer, layer + "attention.output.dense", HIDDEN, HIDDEN);
    norm(writer, layer + "attention.output.LayerNorm");
    dense(writer, layer + "intermediate.dense", 32, HIDDEN);
    dense(writer, layer + "output.dense", HIDDEN, 32);
    norm(writer, layer + "output.LayerNorm");
    writer.write(folder.resolve("model.safetensors"));
    return folder;
  }

  private static void dense(SafetensorsWriter writer, String name, int out, int in) {
    add(writer, name + ".weight", out, in);
    writer.add(name + ".bias", new Shape(out), new float[out]);
  }

  private static void norm(SafetensorsWriter writer, String name) {
    float[] ones = new float[HIDDEN];
    Arrays.fill(ones, 1);
    writer.add(name + ".weight", new Shape(HIDDEN), ones);
    writer.add(name + ".bias", new Shape(HIDDEN), new float[HIDDEN]);
  }

  private static void add(SafetensorsWriter writer, String name, int rows, int columns) {
    float[] values = Philox.of(3, name.hashCode(), 0).normals(rows * columns);
    for (int i = 0; i < values.length; i++) {
      values[i] *= 0.2f;
    }
    writer.add(name, new Shape(rows, columns), values);
  }

  private static int writeTokenizer(Path file) throws IOException {
    ObjectNode json =
        (ObjectNode)
            JSON.readTree(
                """
                {"version": "1.0", "added_tokens": [],
                 "normalizer": {"type": "BertNormalizer", "clean_text": true,
                   "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
                 "pre_tokenizer": {"type": "BertPreTokenizer"},
                 "post_processor": {"type": "TemplateProcessing",
                   "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                     {"Sequence": {"id": "A", "type_id": 0}},
                     {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
                   "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                     {"Sequence": {"id": "A", "type_id": 0}},
                     {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
                     {"Sequence": {"id": "B", "type_id": 1}},
                     {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
                   "special_tokens": {
                     "[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                     "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
                 "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
                 "model": {"type": "WordPiece", "unk_token": "[UNK]",
                   "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}}
                """);
    ObjectNode vocabulary = ((ObjectNode) json.get("model")).putObject("vocab");
    ArrayNode added = (ArrayNode) json.get("added_tokens");
    for (String special : List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")) {
      added
          .addObject()
          .put("id", vocabulary.size())
          .put("content", special)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
      vocabulary.put(special, vocabulary.size());
    }
    for (List<String> words : List.of(SKILLS, VERBS, List.of("a", "the", "tool", "|"))) {
      words.forEach(word -> vocabulary.put(word, vocabulary.size()));
    }
    JSON.writeValue(file.toFile(), json);
    return vocabulary.size();
  }

  /** Each skill, and a request for it with each verb; one request needs two skills. */
  static SkillDataset dataset(Path folder) throws IOException {
    Files.createDirectories(folder);
    StringBuilder skills = new StringBuilder();
    StringBuilder requests = new StringBuilder();
    for (String skill : SKILLS) {
      skills.append(
          """
          {"id": "%s", "text": "%s | the %s tool | %s a"}
          """
              .formatted(skill, skill, skill, skill));
      for (String verb : VERBS) {
        requests.append(
            """
            {"id": "%s-%s", "query": "%s the %s", "skill_ids": ["%s"]}
            """
                .formatted(verb, skill, verb, skill, skill));
      }
    }
    requests.append(
        """
        {"id": "both", "query": "send a chart the csv", "skill_ids": ["chart", "csv"]}
        """);
    Files.writeString(folder.resolve("skills.jsonl"), skills);
    Files.writeString(folder.resolve("train.jsonl"), requests);
    return SkillDataset.readDirectory(folder);
  }
}
