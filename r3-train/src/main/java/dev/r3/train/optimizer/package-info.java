/**
 * Optimizers: how gradients change parameters.
 *
 * <p>Reading order: {@link dev.r3.train.optimizer.ParameterGroup}, {@link
 * dev.r3.train.optimizer.Optimizer}, {@link dev.r3.train.optimizer.AdamW}, {@link
 * dev.r3.train.optimizer.Sgd}, {@link dev.r3.train.optimizer.GradientClipping}, {@link
 * dev.r3.train.optimizer.OptimizerState}.
 */
@NullMarked
package dev.r3.train.optimizer;

import org.jspecify.annotations.NullMarked;
