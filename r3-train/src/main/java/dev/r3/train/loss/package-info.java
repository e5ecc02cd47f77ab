/**
 * The losses, one a file, composed of operations: none has a gradient of its own.
 *
 * <p>Losses of the bi-encoder compare two matrices of embeddings ({@link
 * dev.r3.train.loss.EmbeddingLoss}); losses of the cross-encoder compare a matrix of scores with
 * {@link dev.r3.train.loss.Grades} ({@link dev.r3.train.loss.ListLoss}). All are scalars in nats.
 *
 * <p>Reading order: {@link dev.r3.train.loss.Targets}, {@link dev.r3.train.loss.InfoNce}; {@link
 * dev.r3.train.loss.Grades}, {@link dev.r3.train.loss.GradeTarget}, {@link
 * dev.r3.train.loss.GradedListwise}, {@link dev.r3.train.loss.NestedPlackettLuce}; then the
 * baselines.
 */
@NullMarked
package dev.r3.train.loss;

import org.jspecify.annotations.NullMarked;
