/**
 * How good a system is on labelled queries, and whether one is better than another.
 *
 * <p>Reading order: {@link dev.r3.retrieve.eval.LabeledQuery}, {@link
 * dev.r3.retrieve.eval.RankingFunction} (a system), {@link dev.r3.retrieve.eval.Evaluator}, the
 * {@link dev.r3.retrieve.eval.EvaluationReport} it makes, and {@link
 * dev.r3.retrieve.eval.PairedComparison} of two reports.
 */
@NullMarked
package dev.r3.retrieve.eval;

import org.jspecify.annotations.NullMarked;
