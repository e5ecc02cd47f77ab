package dev.r3.cli;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.tensor.Philox;
import dev.r3.tensor.Shape;
import dev.r3.tensor.io.SafetensorsWriter;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.PretrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Encoders of random weights, so small that everything is quick: they read letters and digits. */
public final class TinyModels {
  private static final int HIDDEN = 16;
  private static final int INNER = 32;
  private static final int POSITIONS = 64;

  private TinyModels() {}

  /** Writes a Hugging Face directory of a bare encoder. */
  public static Path encoder(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<String> vocabulary = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"));
    for (String character : "abcdefghijklmnopqrstuvwxyz0123456789".split("")) {
      vocabulary.add(character);
      vocabulary.add("##" + character);
    }
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer(vocabulary));
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type": "bert", "vocab_size": %d, "hidden_size": %d, "num_hidden_layers": 1,
         "num_attention_heads": 2, "intermediate_size": %d, "max_position_embeddings": %d,
         "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu", "pad_token_id": 0}
        """
            .formatted(vocabulary.size(), HIDDEN, INNER, POSITIONS));
    Weights weights = new Weights();
    weights.matrix("embeddings.word_embeddings", vocabulary.size(), HIDDEN);
    weights.matrix("embeddings.position_embeddings", POSITIONS, HIDDEN);
    weights.matrix("embeddings.token_type_embeddings", 2, HIDDEN);
    weights.norm("embeddings.LayerNorm");
    String layer = "encoder.layer.0.";
    for (String part : List.of("query", "key", "value")) {
      weights.dense(layer + "attention.self." + part, HIDDEN, HIDDEN);
    }
    weights.dense(layer + "attention.output.dense", HIDDEN, HIDDEN);
    weights.norm(layer + "attention.output.LayerNorm");
    weights.dense(layer + "intermediate.dense", INNER, HIDDEN);
    weights.dense(layer + "output.dense", HIDDEN, INNER);
    weights.norm(layer + "output.LayerNorm");
    weights.writer.write(folder.resolve("model.safetensors"));
    return folder;
  }

  /** Writes a run folder with both models. */
  public static Path run(Path folder) throws IOException {
    Path embedding = encoder(folder.resolve("embedding"));
    try (Backend backend = Backends.open("java");
        PretrainedModel files = PretrainedModel.open(embedding)) {
      String firstStage = BiEncoder.open(embedding, backend).fingerprint();
      CrossEncoder.fresh(files, new CrossEncoder.Fresh(POSITIONS, 10, firstStage, 1), backend)
          .save(folder.resolve("reranker"));
    }
    return folder;
  }

  private static String tokenizer(List<String> vocabulary) {
    StringBuilder entries = new StringBuilder();
    for (int id = 0; id < vocabulary.size(); id++) {
      entries.append(id == 0 ? "" : ", ").append('"').append(vocabulary.get(id)).append("\": ");
      entries.append(id);
    }
    return """
        {"added_tokens": [
           {"id": 0, "content": "[PAD]", "special": true},
           {"id": 1, "content": "[UNK]", "special": true},
           {"id": 2, "content": "[CLS]", "special": true},
           {"id": 3, "content": "[SEP]", "special": true}],
         "normalizer": {"type": "BertNormalizer", "clean_text": true,
           "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
         "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
         "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
         "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
           "max_input_chars_per_word": 100, "vocab": {%s}}}
        """
        .formatted(entries);
  }

  private static final class Weights {
    private final SafetensorsWriter writer = new SafetensorsWriter();
    private final Philox random = Philox.of(1, 0, 0);

    void matrix(String name, int rows, int columns) {
      float[] values = random.normals(rows * columns);
      for (int i = 0; i < values.length; i++) {
        values[i] *= 0.3f;
      }
      writer.add(name + ".weight", new Shape(rows, columns), values);
    }

    void dense(String name, int rows, int columns) {
      matrix(name, rows, columns);
      writer.add(name + ".bias", new Shape(rows), new float[rows]);
    }

    void norm(String name) {
      float[] ones = new float[HIDDEN];
      java.util.Arrays.fill(ones, 1);
      writer.add(name + ".weight", new Shape(HIDDEN), ones);
      writer.add(name + ".bias", new Shape(HIDDEN), new float[HIDDEN]);
    }
  }
}
