package dev.r3.train.optimizer;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Tensor;
import java.util.List;

/**
 * Gradient descent with momentum, as torch.optim.SGD computes it: v = μ v + g + λ x, x -= η v
 * (Sutskever et al. 2013, with the learning rate outside the velocity). Needs half the memory of
 * {@link AdamW}.
 */
public final class Sgd implements Optimizer {
  private final Backend backend;
  private final List<ParameterGroup> groups;
  private final double momentum;
  private final OptimizerState state;

  /**
   * @param backend the root backend of the parameters
   * @param momentum μ; 0 for plain gradient descent
   */
  public Sgd(Backend backend, List<ParameterGroup> groups, double momentum) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("Sgd: expected momentum in [0, 1), got " + momentum);
    }
    this.backend = backend;
    this.groups = List.copyOf(groups);
    this.momentum = momentum;
    this.state = new OptimizerState(backend, groups, List.of("velocity"));
  }

  @Override
  public void step(double learningRate, double gradientScale) {
    for (ParameterGroup group : groups) {
      for (Parameter parameter : group.parameters()) {
        Tensor gradient = state.gradientOf(parameter);
        if (gradient == null) {
          continue;
        }
        Tensor velocity = state.advance(parameter).tensors().get(0);
        backend.combine(velocity, momentum, gradient, gradientScale);
        backend.combine(velocity, 1, parameter.value(), group.weightDecay());
        backend.combine(parameter.value(), 1, velocity, -learningRate * group.learningRateScale());
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
