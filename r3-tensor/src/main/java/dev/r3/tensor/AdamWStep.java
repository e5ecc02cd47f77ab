package dev.r3.tensor;

/**
 * The scalars of one AdamW update (Loshchilov, Hutter 2019) with decoupled weight decay and bias
 * correction, in the order of operations of torch.optim.AdamW.
 *
 * @param step number of this update, from 1; the exponent of the bias corrections
 * @param gradientScale factor on the gradient before it is used: the clipping factor, else 1
 */
public record AdamWStep(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    int step,
    double gradientScale) {
  public AdamWStep {
    if (step < 1) {
      throw new IllegalArgumentException("AdamWStep: expected step of at least 1, got " + step);
    }
  }
}
