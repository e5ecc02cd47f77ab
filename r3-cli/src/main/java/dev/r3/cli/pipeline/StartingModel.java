package dev.r3.cli.pipeline;

import dev.r3.cli.model.BaseModel;
import dev.r3.tensor.Backend;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.PretrainedModel;

/** What R3-Embedding is trained from. */
final class StartingModel {
  private StartingModel() {}

  /** The base model with a preset's limits, as far as it can read so many tokens. */
  static BiEncoder open(Demo.Settings settings, Backend backend) {
    Preset preset = settings.preset();
    try (PretrainedModel files = BaseModel.open(settings.base())) {
      BiEncoder model = BiEncoder.of(files, backend);
      BiEncoder.Settings own = model.settings();
      return model.with(
          own.withLimits(
              Math.min(preset.queryTokens(), own.queryMaxTokens()),
              Math.min(preset.skillTokens(), own.skillMaxTokens())));
    }
  }
}
