package dev.r3.transformer;

import dev.r3.tensor.Pooling;
import dev.r3.tensor.io.SafetensorsFile;
import dev.r3.transformer.checkpoint.BertOnnxImport;
import dev.r3.transformer.checkpoint.ConfigFile;
import dev.r3.transformer.checkpoint.SentenceModules;
import dev.r3.transformer.tokenizer.Tokenizer;
import dev.r3.transformer.tokenizer.Tokenizers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** The models that tests read: the tiny golden one and the public ones of the test class path. */
public final class TestModels {
  private static final Tokenizer SOME_TOKENIZER =
      Tokenizers.read(resource("/bge-small-en-v1.5-tokenizer.json"), "tokenizer.json");

  private TestModels() {}

  /** A file of the golden model, such as {@code bert-tiny/model.safetensors}. */
  public static Path golden(String name) {
    URL url = TestModels.class.getResource("/goldens/" + name);
    if (url == null) {
      throw new IllegalArgumentException("TestModels: expected a resource /goldens/" + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("TestModels: expected a file, got " + url, e);
    }
  }

  /** The golden model with weights from {@code file}; its tokenizer is only there to be present. */
  public static PretrainedModel tiny(String file, Pooling pooling) {
    return new PretrainedModel(
        file,
        // The goldens were computed without dropout.
        ConfigFile.read(golden("bert-tiny/config.json")).with("hidden_dropout_prob", 0),
        SafetensorsFile.open(golden("bert-tiny/" + file)),
        SOME_TOKENIZER,
        SentenceModules.pooledBy(pooling),
        ConfigFile.empty("r3.json"));
  }

  /**
   * A golden Qwen3; its tokenizer is only there to be present, so the answers are given.
   *
   * @param folder qwen3-tiny or qwen3-tiny-wide
   * @param file of its weights
   */
  public static PretrainedModel qwen3(String folder, String file, SentenceModules modules) {
    return new PretrainedModel(
        folder,
        ConfigFile.read(golden(folder + "/config.json")),
        SafetensorsFile.open(golden(folder + "/" + file)),
        SOME_TOKENIZER,
        modules,
        ConfigFile.empty("r3.json"));
  }

  /**
   * A public model.
   *
   * @param golden its folder under goldens/real-models
   * @param file its name in the jar, without {@code .onnx} and {@code -tokenizer.json}
   */
  public static PretrainedModel open(String golden, String file, Pooling pooling) {
    return new PretrainedModel(
        file,
        ConfigFile.read(golden("real-models/" + golden + "/config.json")),
        BertOnnxImport.read(resource("/" + file + ".onnx"), file + ".onnx"),
        Tokenizers.read(resource("/" + file + "-tokenizer.json"), file + "-tokenizer.json"),
        SentenceModules.pooledBy(pooling),
        ConfigFile.empty("r3.json"));
  }

  private static InputStream resource(String name) {
    URL url = TestModels.class.getResource(name);
    if (url == null) {
      throw new IllegalArgumentException("TestModels: expected a resource " + name);
    }
    try {
      return url.openStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
