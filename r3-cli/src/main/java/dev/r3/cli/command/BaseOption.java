package dev.r3.cli.command;

import dev.r3.cli.model.BaseModel;
import picocli.CommandLine.Option;

/** {@code --base}: the pretrained encoder that a training starts from. */
public final class BaseOption {
  @Option(
      names = "--base",
      paramLabel = "MODEL",
      defaultValue = "bge-small-zh-v15",
      description =
          "What R3-Embedding starts from: bge-small-zh-v15, bge-small-en-v15, all-minilm-l6-v2,"
              + " e5-small-v2, or a Hugging Face directory (default: ${DEFAULT-VALUE}).")
  private String base = BaseModel.BGE_SMALL_ZH.id();

  /**
   * A name or a directory.
   *
   * @throws dev.r3.tensor.io.DataException when it is neither
   */
  String base() {
    BaseModel.requireKnown(base);
    return base;
  }
}
