package dev.r3.transformer;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.TensorStore;
import dev.r3.transformer.bert.BertConfig;
import dev.r3.transformer.bert.BertEncoder;
import dev.r3.transformer.checkpoint.ConfigFile;
import dev.r3.transformer.checkpoint.Weights;
import dev.r3.transformer.tokenizer.Tokenizer;
import dev.r3.transformer.tokenizer.Tokenizers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The parts of a checkpoint before a model is made of them.
 *
 * @param where the folder or resource, for messages
 * @param config config.json
 * @param weights model.safetensors, its shards, or an ONNX export
 * @param pooling how sentence-transformers says to pool; CLS where it does not say
 * @param settings what this project adds: r3.json, or an empty object
 */
public record PretrainedModel(
    String where,
    ConfigFile config,
    TensorStore weights,
    Tokenizer tokenizer,
    Pooling pooling,
    ConfigFile settings)
    implements AutoCloseable {

  static final String SETTINGS_FILE = "r3.json";
  private static final List<String> ARCHITECTURES = List.of("bert");

  /**
   * Opens a Hugging Face directory: config.json, model.safetensors (or shards), tokenizer.json, and
   * 1_Pooling/config.json where there is one.
   *
   * @throws DataException when a file is missing or malformed, with its path
   */
  public static PretrainedModel open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new DataException(folder + ": expected a model directory, got no such directory");
    }
    ConfigFile config = ConfigFile.read(folder.resolve("config.json"));
    Path tokenizerFile = folder.resolve("tokenizer.json");
    if (!Files.isRegularFile(tokenizerFile)) {
      throw new DataException(
          tokenizerFile
              + ": expected the model's tokenizer, got no such file; export it with"
              + " save_pretrained of a fast tokenizer");
    }
    Path poolingFile = folder.resolve("1_Pooling").resolve("config.json");
    Path settingsFile = folder.resolve(SETTINGS_FILE);
    return new PretrainedModel(
        folder.toString(),
        config,
        TensorStore.open(folder),
        Tokenizers.read(tokenizerFile),
        Files.exists(poolingFile) ? pooling(ConfigFile.read(poolingFile)) : Pooling.CLS,
        Files.exists(settingsFile)
            ? ConfigFile.read(settingsFile)
            : ConfigFile.empty(SETTINGS_FILE));
  }

  private static Pooling pooling(ConfigFile config) {
    if (config.flag("pooling_mode_mean_tokens", false)) {
      return Pooling.MEAN;
    }
    if (config.flag("pooling_mode_lasttoken", false)) {
      return Pooling.LAST;
    }
    if (config.flag("pooling_mode_cls_token", false)) {
      return Pooling.CLS;
    }
    throw config.error("expected mean, cls or lasttoken pooling, got another mode");
  }

  /** The weights, named as the bare encoder names them, on {@code backend}. */
  Weights weightsOn(Backend backend) {
    return new Weights(where, weights, "bert.", backend);
  }

  /**
   * The transformer body.
   *
   * @throws DataException for an architecture that is not supported, listing those that are
   */
  Encoder encoder(Weights from) {
    String type = config.text("model_type", "nothing");
    return switch (type) {
      case "bert" -> new BertEncoder(BertConfig.read(config), from);
      default -> throw config.unsupported("model_type", type, ARCHITECTURES);
    };
  }

  @Override
  public void close() {
    weights.close();
  }
}
