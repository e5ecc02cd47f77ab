package dev.r3.retrieve.route;

import dev.r3.tensor.Backend;
import dev.r3.tensor.io.DataException;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which folders hold the models of the two stages.
 *
 * @param reranker empty for a router of one stage
 */
public record RouterModels(Path embedding, Optional<Path> reranker) {
  /** Subfolders of a trained run. */
  public static final String EMBEDDING = "embedding";

  public static final String RERANKER = "reranker";

  /**
   * The models of a folder: a run with {@code embedding/} and perhaps {@code reranker/}, or itself
   * one embedding model.
   *
   * @throws DataException if it is neither
   */
  public static RouterModels in(Path folder) {
    if (Files.isRegularFile(folder.resolve("config.json"))
        && !Files.isDirectory(folder.resolve(EMBEDDING))) {
      return new RouterModels(folder, Optional.empty());
    }
    Path embedding = folder.resolve(EMBEDDING);
    if (!Files.isDirectory(embedding)) {
      throw new DataException(
          folder
              + ": expected a model directory or one with the subfolder embedding/, got neither;"
              + " train models with r3 demo or r3 train");
    }
    Path reranker = folder.resolve(RERANKER);
    return new RouterModels(
        embedding, Files.isDirectory(reranker) ? Optional.of(reranker) : Optional.empty());
  }

  /**
   * A router of these models that computes on {@code backend}.
   *
   * @throws DataException if a model cannot be read
   */
  public SkillRouter.Builder open(Backend backend) {
    SkillRouter.Builder firstStage =
        SkillRouter.builder(new BiEncoderEmbedder(BiEncoder.open(embedding, backend)));
    return reranker
        .map(folder -> new CrossEncoderScorer(CrossEncoder.open(folder, backend)))
        .map(firstStage::reranker)
        .orElse(firstStage);
  }
}
