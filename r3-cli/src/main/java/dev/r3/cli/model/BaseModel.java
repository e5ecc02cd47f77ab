package dev.r3.cli.model;

import dev.r3.tensor.Pooling;
import dev.r3.tensor.Shape;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.TensorStore;
import dev.r3.transformer.PretrainedModel;
import dev.r3.transformer.checkpoint.BertOnnxImport;
import dev.r3.transformer.checkpoint.ConfigFile;
import dev.r3.transformer.checkpoint.SentenceModules;
import dev.r3.transformer.tokenizer.Tokenizer;
import dev.r3.transformer.tokenizer.Tokenizers;
import dev.r3.transformer.tokenizer.WordPieceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The public encoders that come with the command as fp32 ONNX weights and tokenizer.json. */
public enum BaseModel {
  BGE_SMALL_ZH("bge-small-zh-v15", "bge-small-zh-v1.5", 8, Pooling.CLS),
  BGE_SMALL_EN("bge-small-en-v15", "bge-small-en-v1.5", 12, Pooling.CLS),
  ALL_MINILM_L6("all-minilm-l6-v2", "all-minilm-l6-v2", 12, Pooling.MEAN),
  E5_SMALL("e5-small-v2", "e5-small-v2", 12, Pooling.MEAN);

  private final String id;
  private final String resource;
  private final int heads;
  private final Pooling pooling;

  BaseModel(String id, String resource, int heads, Pooling pooling) {
    this.id = id;
    this.resource = resource;
    this.heads = heads;
    this.pooling = pooling;
  }

  /** The name that {@code --base} takes. */
  public String id() {
    return id;
  }

  /** The model of that name. */
  public static BaseModel named(String id) {
    return Arrays.stream(values())
        .filter(model -> model.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "BaseModel: expected one of " + String.join(", ", ids()) + ", got " + id));
  }

  /** How its tokens become one vector. */
  public Pooling pooling() {
    return pooling;
  }

  /** Where the class path has the weights, an ONNX file. */
  public String weightsResource() {
    return "/" + resource + ".onnx";
  }

  /** All names, for help texts. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(BaseModel::id).toList();
  }

  /**
   * A named model, or else a Hugging Face directory.
   *
   * <p>Tokenizers of this family that keep case are made to lower-case, because their vocabularies
   * hold no upper-case English; a model trained here saves a tokenizer.json that says so.
   *
   * @throws DataException when it is neither
   */
  public static PretrainedModel open(String nameOrFolder) {
    for (BaseModel model : values()) {
      if (model.id.equals(nameOrFolder)) {
        return model.open();
      }
    }
    requireKnown(nameOrFolder);
    PretrainedModel files = PretrainedModel.open(Path.of(nameOrFolder));
    return new PretrainedModel(
        files.where(),
        files.config(),
        files.weights(),
        lowerCased(files.tokenizer()),
        files.modules(),
        files.settings());
  }

  /**
   * Says early what {@link #open(String)} would say.
   *
   * @throws DataException when it is neither a name nor a directory
   */
  public static void requireKnown(String nameOrFolder) {
    if (!ids().contains(nameOrFolder) && !Files.isDirectory(Path.of(nameOrFolder))) {
      throw new DataException(
          nameOrFolder
              + ": expected a model directory or one of "
              + String.join(", ", ids())
              + ", got neither");
    }
  }

  private PretrainedModel open() {
    TensorStore weights = read(weightsResource(), BertOnnxImport::read);
    return new PretrainedModel(
        id,
        config(weights),
        weights,
        tokenizer(),
        SentenceModules.pooledBy(pooling),
        ConfigFile.empty("r3.json"));
  }

  /** The model's tokenizer alone, lower-casing. */
  public Tokenizer tokenizer() {
    return lowerCased(read("/" + resource + "-tokenizer.json", Tokenizers::read));
  }

  private static Tokenizer lowerCased(Tokenizer tokenizer) {
    return tokenizer instanceof WordPieceTokenizer wordPiece
        ? wordPiece.withLowerCase()
        : tokenizer;
  }

  /** config.json as the shapes of the weights tell it; the heads they do not tell. */
  private ConfigFile config(TensorStore weights) {
    Shape words = weights.tensor("embeddings.word_embeddings.weight").shape();
    int layers = 0;
    while (weights.names().contains("encoder.layer." + layers + ".output.dense.weight")) {
      layers++;
    }
    return ConfigFile.empty(id)
        .with("model_type", "bert")
        .with("vocab_size", words.axis(0))
        .with("hidden_size", words.axis(1))
        .with("num_hidden_layers", layers)
        .with("num_attention_heads", heads)
        .with(
            "intermediate_size",
            weights.tensor("encoder.layer.0.output.dense.weight").shape().axis(1))
        .with("hidden_act", "gelu")
        .with(
            "max_position_embeddings",
            weights.tensor("embeddings.position_embeddings.weight").shape().axis(0))
        .with(
            "type_vocab_size",
            weights.tensor("embeddings.token_type_embeddings.weight").shape().axis(0))
        .with("layer_norm_eps", 1e-12)
        .with("pad_token_id", 0)
        .with("position_embedding_type", "absolute");
  }

  private interface Reader<T> {
    T read(InputStream in, String name);
  }

  private static <T> T read(String resource, Reader<T> reader) {
    try (InputStream in = BaseModel.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new DataException(
            resource + ": expected the model on the class path, got none; is its jar there?");
      }
      return reader.read(in, resource);
    } catch (IOException failure) {
      throw new UncheckedIOException(resource + ": expected a readable resource", failure);
    }
  }
}
