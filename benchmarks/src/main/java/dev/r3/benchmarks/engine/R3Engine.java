package dev.r3.benchmarks.engine;

import dev.r3.cli.model.BaseModel;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.tensor.Precision;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.PretrainedModel;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.List;

/** R3, as every user of BiEncoder has it: packed batches within the default budget of tokens. */
final class R3Engine implements TextEngine {
  private final Backend backend;
  private final BiEncoder model;

  R3Engine(String backend, BaseModel model, int threads) {
    this.backend = Backends.open(backend, Precision.FLOAT32, threads);
    try (PretrainedModel files = BaseModel.open(model.id())) {
      this.model = BiEncoder.of(files, this.backend);
    }
  }

  @Override
  public String description() {
    return "R3 " + backend.name() + " (" + backend.description() + ")";
  }

  @Override
  public float[][] embed(List<Encoding> texts) {
    return model.embed(texts);
  }

  @Override
  public void close() {
    backend.close();
  }
}
