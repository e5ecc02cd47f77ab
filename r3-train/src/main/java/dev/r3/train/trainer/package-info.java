/**
 * The training loop, what it does between steps, and its two tasks.
 *
 * <p>Reading order: {@link dev.r3.train.trainer.TrainingTask}, {@link
 * dev.r3.train.trainer.TrainingSettings}, {@link dev.r3.train.trainer.Trainer}, {@link
 * dev.r3.train.trainer.TrainingEvent}, {@link dev.r3.train.trainer.TrainingState}, {@link
 * dev.r3.train.trainer.WeightInterpolation}.
 */
@NullMarked
package dev.r3.train.trainer;

import org.jspecify.annotations.NullMarked;
