package dev.r3.train.trainer;

import org.jspecify.annotations.Nullable;

/**
 * What a run is connected to.
 *
 * @param validation decides which parameters are best and when to stop; none: the last ones
 * @param checkpoints none: nothing is written
 */
public record TrainingHooks(
    @Nullable Validation validation,
    @Nullable CheckpointWriter checkpoints,
    TrainingListener listener) {
  /** No connection at all. */
  public static TrainingHooks none() {
    return new TrainingHooks(null, null, event -> {});
  }

  public TrainingHooks withValidation(Validation validation) {
    return new TrainingHooks(validation, checkpoints, listener);
  }

  public TrainingHooks withCheckpoints(CheckpointWriter checkpoints) {
    return new TrainingHooks(validation, checkpoints, listener);
  }

  /** One more listener. */
  public TrainingHooks withListener(TrainingListener more) {
    return new TrainingHooks(validation, checkpoints, listener.and(more));
  }
}
