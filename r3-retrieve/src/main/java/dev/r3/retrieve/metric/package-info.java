/**
 * Retrieval metrics, one a file, with the definitions of the R3-Skill reference evaluation.
 *
 * <p>Reading order: {@link dev.r3.retrieve.metric.Ranking} (what is measured, and the tie rule),
 * {@link dev.r3.retrieve.metric.Metric} (the contract and the reference list), then {@link
 * dev.r3.retrieve.metric.HitAtK} as the example of a metric and {@link
 * dev.r3.retrieve.metric.SetCompat} as the one that is not defined for every query.
 */
@NullMarked
package dev.r3.retrieve.metric;

import org.jspecify.annotations.NullMarked;
