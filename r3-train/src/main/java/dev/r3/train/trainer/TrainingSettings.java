package dev.r3.train.trainer;

import dev.r3.train.optimizer.GradientClipping;

/**
 * How long and how often.
 *
 * @param steps the run ends after so many optimizer steps at the latest
 * @param microBatches batches whose gradients are averaged for one step. In-batch negatives come
 *     from one batch only, so for contrastive losses this is not the same as a larger batch.
 * @param validateEvery steps between validations; 0 = only at the end
 * @param patience the run ends after so many validations in a row without a new best; 0 = never for
 *     that reason
 * @param saveEvery steps between saved states; 0 = only at the end
 */
public record TrainingSettings(
    long steps,
    int microBatches,
    GradientClipping clipping,
    long validateEvery,
    int patience,
    long saveEvery) {
  public TrainingSettings {
    if (steps < 1 || microBatches < 1) {
      throw new IllegalArgumentException(
          "TrainingSettings: expected steps and microBatches of at least 1, got "
              + steps
              + " and "
              + microBatches);
    }
    if (validateEvery < 0 || patience < 0 || saveEvery < 0) {
      throw new IllegalArgumentException(
          "TrainingSettings: expected validateEvery, patience and saveEvery of at least 0, got "
              + validateEvery
              + ", "
              + patience
              + " and "
              + saveEvery);
    }
    if (patience > 0 && validateEvery == 0) {
      throw new IllegalArgumentException(
          "TrainingSettings: expected validateEvery of at least 1 for a patience of "
              + patience
              + ", got 0");
    }
  }

  /** So many steps of one batch, gradients clipped to norm 1, nothing in between. */
  public static TrainingSettings ofSteps(long steps) {
    return new TrainingSettings(steps, 1, new GradientClipping(1), 0, 0, 0);
  }

  public TrainingSettings withMicroBatches(int batches) {
    return new TrainingSettings(steps, batches, clipping, validateEvery, patience, saveEvery);
  }

  public TrainingSettings withClipping(GradientClipping other) {
    return new TrainingSettings(steps, microBatches, other, validateEvery, patience, saveEvery);
  }

  /**
   * @param interval steps between validations
   * @param patience 0 = take all steps
   */
  public TrainingSettings withValidation(long interval, int patience) {
    return new TrainingSettings(steps, microBatches, clipping, interval, patience, saveEvery);
  }

  public TrainingSettings withSaveEvery(long interval) {
    return new TrainingSettings(steps, microBatches, clipping, validateEvery, patience, interval);
  }
}
