package dev.r3.train.optimizer;

import dev.r3.tensor.Parameter;
import java.util.List;

/** Changes parameters in the direction that their gradients tell. */
public interface Optimizer {
  /**
   * One update of every trainable parameter that ever had a gradient. Gradients stay; clear them
   * with {@link #clearGradients()}.
   *
   * @param learningRate of this step, before a group's own factor
   * @param gradientScale factor on every gradient: the clipping factor, else 1
   */
  void step(double learningRate, double gradientScale);

  List<ParameterGroup> groups();

  /** What is carried from step to step; saved for a resume. */
  OptimizerState state();

  /** The parameters of all groups, in their order. */
  default List<Parameter> parameters() {
    return groups().stream().flatMap(group -> group.parameters().stream()).toList();
  }

  /** Makes room for the gradients of the next step. */
  default void clearGradients() {
    parameters().forEach(Parameter::clearGradient);
  }
}
