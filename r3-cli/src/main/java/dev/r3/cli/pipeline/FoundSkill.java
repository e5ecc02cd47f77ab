package dev.r3.cli.pipeline;

import dev.r3.retrieve.route.Routed;
import org.jspecify.annotations.Nullable;

/**
 * A skill of an answer, as programs read it.
 *
 * @param similarity the first stage's cosine
 * @param score the second stage's raw score; null where it did not read the skill
 */
public record FoundSkill(
    int rank, String id, String name, float similarity, @Nullable Float score) {

  public static FoundSkill of(Routed routed) {
    return new FoundSkill(
        routed.rank(),
        routed.skill().id(),
        routed.skill().name(),
        routed.firstStageScore(),
        routed.rerankScore());
  }
}
