/**
 * How the learning rate moves over a run. {@link dev.r3.train.schedule.LearningRateSchedule} is the
 * contract; {@link dev.r3.train.schedule.WarmupLinear} is the one to copy.
 */
@NullMarked
package dev.r3.train.schedule;

import org.jspecify.annotations.NullMarked;
