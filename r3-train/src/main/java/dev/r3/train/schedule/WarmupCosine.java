package dev.r3.train.schedule;

/**
 * Warm-up, then half a cosine wave to 0: peak · (1 + cos(π · progress)) / 2 (Loshchilov and Hutter
 * 2017, without restarts).
 *
 * @param totalSteps the step at which the rate has come down to 0, where it stays
 */
public record WarmupCosine(Warmup warmup, long totalSteps) implements LearningRateSchedule {
  public WarmupCosine {
    warmup.requireShorterThan(totalSteps, "WarmupCosine");
  }

  @Override
  public double at(long step) {
    if (warmup.covers(step)) {
      return warmup.at(step);
    }
    double progress = Math.min(1, (double) (step - warmup.steps()) / (totalSteps - warmup.steps()));
    return warmup.peak() * (0.5 * (1 + StrictMath.cos(Math.PI * progress)));
  }
}
