package dev.r3.retrieve.route;

import dev.r3.transformer.BiEncoder;
import java.util.List;

/** R3-Embedding as the router's first stage. Does not own the model's backend. */
public record BiEncoderEmbedder(BiEncoder model) implements TextEmbedder {
  @Override
  public int dimension() {
    return model.dimension();
  }

  @Override
  public float[][] embedQueries(List<String> queries) {
    return model.embedQueries(queries);
  }

  @Override
  public float[][] embedSkills(List<String> skills) {
    return model.embedSkills(skills);
  }

  @Override
  public String fingerprint() {
    return model.fingerprint();
  }
}
