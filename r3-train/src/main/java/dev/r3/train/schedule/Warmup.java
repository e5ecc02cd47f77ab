package dev.r3.train.schedule;

/**
 * The rising part that every schedule starts with: peak · step / steps, from 0 in the first step to
 * the peak after the last of them.
 *
 * @param peak the learning rate after the warm-up
 * @param steps how many steps the warm-up takes; 0 starts at the peak
 */
public record Warmup(double peak, long steps) {
  public Warmup {
    if (!(peak >= 0) || Double.isInfinite(peak)) {
      throw new IllegalArgumentException(
          "Warmup: expected a finite peak of at least 0, got " + peak);
    }
    if (steps < 0) {
      throw new IllegalArgumentException("Warmup: expected steps of at least 0, got " + steps);
    }
  }

  boolean covers(long step) {
    if (step < 0) {
      throw new IllegalArgumentException(
          "LearningRateSchedule: expected a step of at least 0, got " + step);
    }
    return step < steps;
  }

  double at(long step) {
    return peak * ((double) step / steps);
  }

  void requireShorterThan(long totalSteps, String where) {
    if (totalSteps <= steps) {
      throw new IllegalArgumentException(
          where
              + ": expected totalSteps above the "
              + steps
              + " of the warm-up, got "
              + totalSteps);
    }
  }
}
