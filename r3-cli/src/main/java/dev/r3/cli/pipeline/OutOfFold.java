package dev.r3.cli.pipeline;

import dev.r3.train.data.Request;
import dev.r3.train.data.SkillFolds;
import java.util.List;

/**
 * The recall of train requests by embedders that did not train on them, and of all others by the
 * embedder itself.
 *
 * @param stages of each fold, by the embedder that trained without it
 * @param embedder knows every request that is not of the train split
 */
record OutOfFold(SkillFolds folds, List<FirstStage> stages, FirstStage embedder) implements Recall {
  @Override
  public List<String> rank(Request request) {
    return stage(request).rank(request);
  }

  @Override
  public float of(Request request, String skillId) {
    return stage(request).of(request, skillId);
  }

  private FirstStage stage(Request request) {
    return embedder.knows(request) ? embedder : stages.get(folds.of(request));
  }
}
