package dev.r3.train.schedule;

/** Warm-up, then the peak for ever. */
public record ConstantRate(Warmup warmup) implements LearningRateSchedule {
  @Override
  public double at(long step) {
    return warmup.covers(step) ? warmup.at(step) : warmup.peak();
  }
}
