package dev.r3.train.optimizer;

import dev.r3.tensor.AdamWStep;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Tensor;
import java.util.List;

/**
 * Adam with decoupled weight decay (Loshchilov, Hutter 2019), as torch.optim.AdamW computes it: x
 * -= η λ x, m = β₁ m + (1 - β₁) g, v = β₂ v + (1 - β₂) g², x -= η m̂ / (√v̂ + ε) with m̂ = m / (1 -
 * β₁ⁿ), v̂ = v / (1 - β₂ⁿ) at the parameter's n-th update.
 *
 * <p>Differs from the paper: the decay is multiplied by the learning rate η, as in PyTorch. Without
 * weight decay it is Adam (Kingma, Ba 2015).
 */
public final class AdamW implements Optimizer {
  private final Backend backend;
  private final List<ParameterGroup> groups;
  private final Moments moments;
  private final OptimizerState state;

  /**
   * How long the moments remember.
   *
   * @param beta1 of the mean of the gradients
   * @param beta2 of the mean of their squares
   * @param epsilon added to the root of the second moment
   */
  public record Moments(double beta1, double beta2, double epsilon) {
    /** 0.9, 0.999 and 1e-8. */
    public static final Moments DEFAULT = new Moments(0.9, 0.999, 1e-8);

    public Moments {
      if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0)) {
        throw new IllegalArgumentException(
            "AdamW: expected beta1 and beta2 in [0, 1) and epsilon above 0, got "
                + beta1
                + ", "
                + beta2
                + " and "
                + epsilon);
      }
    }
  }

  /**
   * @param backend the root backend of the parameters
   */
  public AdamW(Backend backend, List<ParameterGroup> groups, Moments moments) {
    this.backend = backend;
    this.groups = List.copyOf(groups);
    this.moments = moments;
    this.state = new OptimizerState(backend, groups, List.of("moment1", "moment2"));
  }

  public AdamW(Backend backend, List<ParameterGroup> groups) {
    this(backend, groups, Moments.DEFAULT);
  }

  @Override
  public void step(double learningRate, double gradientScale) {
    for (ParameterGroup group : groups) {
      for (Parameter parameter : group.parameters()) {
        Tensor gradient = state.gradientOf(parameter);
        if (gradient == null) {
          continue;
        }
        OptimizerState.Entry entry = state.advance(parameter);
        backend.adamW(
            parameter.value(),
            gradient,
            entry.tensors().get(0),
            entry.tensors().get(1),
            new AdamWStep(
                learningRate * group.learningRateScale(),
                moments.beta1(),
                moments.beta2(),
                moments.epsilon(),
                group.weightDecay(),
                entry.updates(),
                gradientScale));
      }
    }
  }

  @Override
  public List<ParameterGroup> groups() {
    return groups;
  }

  @Override
  public OptimizerState state() {
    return state;
  }
}
