package dev.r3.train.schedule;

/** The learning rate of each optimizer step, a function of the step's number alone. */
public interface LearningRateSchedule {
  /**
   * The learning rate of a step.
   *
   * @param step the number of steps already taken: 0 for the first one
   */
  double at(long step);
}
