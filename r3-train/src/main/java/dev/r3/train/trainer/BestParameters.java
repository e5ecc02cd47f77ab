package dev.r3.train.trainer;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A copy of the parameters that did best under the validation.
 *
 * @param step how many steps they were trained
 * @param value what the validation said
 * @param values by parameter name
 */
record BestParameters(long step, double value, Map<String, HostValues> values) {
  static BestParameters copy(Backend backend, List<Parameter> parameters, long step, double value) {
    Map<String, HostValues> values = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      values.put(parameter.name(), HostValues.of(backend, parameter.value()));
    }
    return new BestParameters(step, value, values);
  }

  /** Better ones in the memory of these, which are gone then. */
  BestParameters replaced(List<Parameter> parameters, long step, double value) {
    for (Parameter parameter : parameters) {
      valuesOf(parameter).replaceBy(parameter.value());
    }
    return new BestParameters(step, value, values);
  }

  /** Gives the parameters these values. */
  void restore(Backend backend, List<Parameter> parameters) {
    for (Parameter parameter : parameters) {
      valuesOf(parameter).assignTo(backend, parameter.value());
    }
  }

  private HostValues valuesOf(Parameter parameter) {
    HostValues best = values.get(parameter.name());
    if (best == null) {
      throw new IllegalStateException(
          "BestParameters: expected values of " + parameter.name() + ", got none");
    }
    return best;
  }
}
