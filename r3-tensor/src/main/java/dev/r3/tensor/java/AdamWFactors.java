package dev.r3.tensor.java;

import dev.r3.tensor.AdamWStep;

/**
 * The scalars of an AdamW update as its loop uses them, computed in double and rounded once.
 *
 * @param decay 1 - learningRate * weightDecay
 * @param stepSize learningRate / (1 - beta1^step)
 * @param rootCorrection √(1 - beta2^step)
 */
record AdamWFactors(
    float gradientScale,
    float decay,
    float beta1,
    float oneMinusBeta1,
    float beta2,
    float oneMinusBeta2,
    float stepSize,
    float rootCorrection,
    float epsilon) {

  static AdamWFactors of(AdamWStep step) {
    return new AdamWFactors(
        (float) step.gradientScale(),
        (float) (1 - step.learningRate() * step.weightDecay()),
        (float) step.beta1(),
        (float) (1 - step.beta1()),
        (float) step.beta2(),
        (float) (1 - step.beta2()),
        (float) (step.learningRate() / (1 - Math.pow(step.beta1(), step.step()))),
        (float) Math.sqrt(1 - Math.pow(step.beta2(), step.step())),
        (float) step.epsilon());
  }
}
