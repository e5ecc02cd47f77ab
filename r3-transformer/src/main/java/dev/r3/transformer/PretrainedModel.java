package dev.r3.transformer;

import dev.r3.tensor.Backend;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.TensorStore;
import dev.r3.transformer.bert.BertArchitecture;
import dev.r3.transformer.checkpoint.ConfigFile;
import dev.r3.transformer.checkpoint.LoadOptions;
import dev.r3.transformer.checkpoint.SentenceModules;
import dev.r3.transformer.checkpoint.Weights;
import dev.r3.transformer.qwen3.Qwen3Architecture;
import dev.r3.transformer.tokenizer.Tokenizer;
import dev.r3.transformer.tokenizer.Tokenizers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The parts of a checkpoint before a model is made of them.
 *
 * @param where the folder or resource, for messages
 * @param config config.json
 * @param weights model.safetensors, its shards, or an ONNX export
 * @param modules what sentence-transformers does after the encoder
 * @param settings what this project adds: r3.json, or an empty object
 */
public record PretrainedModel(
    String where,
    ConfigFile config,
    TensorStore weights,
    Tokenizer tokenizer,
    SentenceModules modules,
    ConfigFile settings)
    implements AutoCloseable {

  static final String SETTINGS_FILE = "r3.json";
  private static final List<Architecture> ARCHITECTURES =
      List.of(new BertArchitecture(), new Qwen3Architecture());

  /**
   * Opens a Hugging Face directory: config.json, model.safetensors (or shards), tokenizer.json, and
   * modules.json with its folders where there are any.
   *
   * @throws DataException when a file is missing or malformed, with its path
   */
  public static PretrainedModel open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new DataException(folder + ": expected a model directory, got no such directory");
    }
    ConfigFile config = ConfigFile.read(folder.resolve("config.json"));
    if (find(config).isEmpty()) { // before anything large is read
      throw unsupported(config);
    }
    Path tokenizerFile = folder.resolve("tokenizer.json");
    if (!Files.isRegularFile(tokenizerFile)) {
      throw new DataException(
          tokenizerFile
              + ": expected the model's tokenizer, got no such file; export it with"
              + " save_pretrained of a fast tokenizer");
    }
    Tokenizer tokenizer = Tokenizers.read(tokenizerFile);
    int embedded = config.positive("vocab_size");
    if (tokenizer.vocabularySize() > embedded) {
      throw config.error(
          "expected \"vocab_size\" of at least the tokenizer's "
              + tokenizer.vocabularySize()
              + " tokens, got "
              + embedded);
    }
    Path settingsFile = folder.resolve(SETTINGS_FILE);
    return new PretrainedModel(
        folder.toString(),
        config,
        TensorStore.open(folder),
        tokenizer,
        SentenceModules.read(folder),
        Files.exists(settingsFile)
            ? ConfigFile.read(settingsFile)
            : ConfigFile.empty(SETTINGS_FILE));
  }

  private static Optional<Architecture> find(ConfigFile config) {
    String type = config.text("model_type", "nothing");
    return ARCHITECTURES.stream().filter(known -> known.modelType().equals(type)).findFirst();
  }

  /**
   * The family that a config.json names.
   *
   * @throws DataException for one that is not supported, listing those that are
   */
  static Architecture architecture(ConfigFile config) {
    return find(config).orElseThrow(() -> unsupported(config));
  }

  private static DataException unsupported(ConfigFile config) {
    List<String> supported = ARCHITECTURES.stream().map(Architecture::modelType).toList();
    return config.unsupported("model_type", config.text("model_type", "nothing"), supported);
  }

  /** {@link #architecture(ConfigFile)} of this checkpoint. */
  Architecture architecture() {
    return architecture(config);
  }

  /** The weights, named as the bare encoder names them, on {@code backend}. */
  Weights weightsOn(Backend backend, LoadOptions options) {
    return new Weights(where, weights, architecture().prefix(), backend, options);
  }

  @Override
  public void close() {
    weights.close();
  }
}
