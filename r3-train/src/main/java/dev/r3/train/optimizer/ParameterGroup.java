package dev.r3.train.optimizer;

import dev.r3.tensor.Parameter;
import java.util.List;

/**
 * Parameters that are updated alike.
 *
 * @param learningRateScale factor on the schedule's learning rate; smaller for parts that should
 *     stay near their start
 * @param weightDecay how strongly the optimizer draws the values towards 0
 */
public record ParameterGroup(
    List<Parameter> parameters, double learningRateScale, double weightDecay) {
  public ParameterGroup {
    if (!(learningRateScale >= 0) || !(weightDecay >= 0)) {
      throw new IllegalArgumentException(
          "ParameterGroup: expected learningRateScale and weightDecay of at least 0, got "
              + learningRateScale
              + " and "
              + weightDecay);
    }
    parameters = List.copyOf(parameters);
  }

  /**
   * The usual two groups: weight decay on matrices, none on biases and on gains of norms, which are
   * the parameters with a single axis.
   */
  public static List<ParameterGroup> withDecayOnMatrices(
      List<Parameter> parameters, double weightDecay) {
    return List.of(
        new ParameterGroup(
            parameters.stream().filter(p -> p.shape().rank() > 1).toList(), 1, weightDecay),
        new ParameterGroup(parameters.stream().filter(p -> p.shape().rank() <= 1).toList(), 1, 0));
  }
}
