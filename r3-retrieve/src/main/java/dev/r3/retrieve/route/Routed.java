package dev.r3.retrieve.route;

import dev.r3.retrieve.skill.Skill;
import org.jspecify.annotations.Nullable;

/**
 * A skill for a request.
 *
 * @param rank place in the result, from 1
 * @param firstStageScore cosine of request and skill
 * @param rerankScore the second stage's raw score, by which the result is ordered; null where there
 *     is no second stage or the skill was not among those it read
 */
public record Routed(Skill skill, int rank, float firstStageScore, @Nullable Float rerankScore) {}
