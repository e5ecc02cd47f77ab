package dev.r3.retrieve.route;

import dev.r3.tensor.Backend;
import dev.r3.tensor.io.DataException;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which folders hold the models of the two stages.
 *
 * @param reranker empty for a router of one stage
 */
public record RouterModels(Path embedding, Optional<Path> reranker) {
  private static final Logger log = LoggerFactory.getLogger(RouterModels.class);

  /** Subfolders of a trained run. */
  public static final String EMBEDDING = "embedding";

  public static final String RERANKER = "reranker";

  /** How the authors of R3 call the folders of the released models. */
  private static final String RELEASED = "r3-";

  /**
   * The models of a folder: a run with {@code embedding/} and perhaps {@code reranker/}, the
   * released models as {@code r3-embedding/} and {@code r3-reranker/}, or itself one embedding
   * model.
   *
   * @throws DataException if it is neither
   */
  public static RouterModels in(Path folder) {
    for (String prefix : new String[] {"", RELEASED}) {
      Path embedding = folder.resolve(prefix + EMBEDDING);
      Path reranker = folder.resolve(prefix + RERANKER);
      if (Files.isDirectory(embedding)) {
        return new RouterModels(
            embedding, Files.isDirectory(reranker) ? Optional.of(reranker) : Optional.empty());
      }
    }
    if (Files.isRegularFile(folder.resolve("config.json"))) {
      return new RouterModels(folder, Optional.empty());
    }
    throw new DataException(
        folder
            + ": expected a model directory or one with the subfolder embedding/, got neither;"
            + " train models with r3 demo or r3 train");
  }

  /**
   * A router of these models that computes on {@code backend}.
   *
   * @throws DataException if a model cannot be read
   */
  public SkillRouter.Builder open(Backend backend) {
    BiEncoder first = BiEncoder.open(embedding, backend);
    SkillRouter.Builder router = SkillRouter.builder(new BiEncoderEmbedder(first));
    if (reranker.isEmpty()) {
      return router;
    }
    CrossEncoder second = CrossEncoder.open(reranker.get(), backend);
    if (!second.learnedWith(first)) {
      log.warn("{} learned to correct another embedding model than {}", reranker.get(), embedding);
    }
    return router.reranker(new CrossEncoderScorer(second));
  }
}
