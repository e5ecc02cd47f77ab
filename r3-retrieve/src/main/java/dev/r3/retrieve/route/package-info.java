/**
 * The two-stage router: from a request to the skills that solve it.
 *
 * <p>Reading order: {@link dev.r3.retrieve.route.SkillRouter}, {@link dev.r3.retrieve.route.Routed}
 * (what it returns), then the two models it works with, {@link dev.r3.retrieve.route.TextEmbedder}
 * and {@link dev.r3.retrieve.route.PairScorer} with its {@link dev.r3.retrieve.route.Candidates}.
 */
@NullMarked
package dev.r3.retrieve.route;

import org.jspecify.annotations.NullMarked;
