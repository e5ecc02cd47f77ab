package dev.r3.train.schedule;

/**
 * Warm-up, then a straight line to 0: peak · (totalSteps - step) / (totalSteps - warmupSteps).
 *
 * @param totalSteps the step at which the rate has come down to 0, where it stays
 */
public record WarmupLinear(Warmup warmup, long totalSteps) implements LearningRateSchedule {
  public WarmupLinear {
    warmup.requireShorterThan(totalSteps, "WarmupLinear");
  }

  @Override
  public double at(long step) {
    if (warmup.covers(step)) {
      return warmup.at(step);
    }
    long left = Math.max(0, totalSteps - step);
    return warmup.peak() * ((double) left / (totalSteps - warmup.steps()));
  }
}
