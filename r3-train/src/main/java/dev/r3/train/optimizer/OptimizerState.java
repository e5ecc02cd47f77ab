package dev.r3.train.optimizer;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an optimizer remembers of each parameter: how many updates it had, and tensors of the
 * parameter's shape, such as moments. A parameter has an entry from its first update on.
 */
public final class OptimizerState {
  private final Backend backend;
  private final List<String> slots;
  private final Map<String, Entry> byName = new LinkedHashMap<>();
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  /**
   * The memory of one parameter.
   *
   * @param tensors one for each slot, changed in place by the optimizer
   * @param updates how many updates the parameter had
   */
  public record Entry(List<Tensor> tensors, int updates) {}

  /**
   * @param slots names of the tensors of each parameter
   */
  OptimizerState(Backend backend, List<ParameterGroup> groups, List<String> slots) {
    this.backend = backend;
    this.slots = slots;
    for (ParameterGroup group : groups) {
      for (Parameter parameter : group.parameters()) {
        if (parameters.put(parameter.name(), parameter) != null) {
          throw new IllegalArgumentException(
              "Optimizer: expected every parameter in one group and under its own name, got "
                  + parameter.name()
                  + " twice");
        }
      }
    }
  }

  /** Names of the tensors of an entry, in their order. */
  public List<String> slots() {
    return slots;
  }

  /** The memory of a parameter; null before its first update. */
  public @Nullable Entry entry(Parameter parameter) {
    return byName.get(parameter.name());
  }

  /** Replaces all memory of a parameter, or forgets it where there is none to restore. */
  public void restore(Parameter parameter, @Nullable Entry entry) {
    if (parameters.get(parameter.name()) != parameter) {
      throw new IllegalArgumentException(
          "OptimizerState: expected one of the optimizer's parameters, got " + parameter);
    }
    if (entry == null) {
      byName.remove(parameter.name());
      return;
    }
    if (entry.tensors().size() != slots.size() || entry.updates() < 1) {
      throw new IllegalArgumentException(
          "OptimizerState("
              + parameter.name()
              + "): expected tensors for "
              + slots
              + " and at least one update, got "
              + entry);
    }
    for (Tensor tensor : entry.tensors()) {
      if (!tensor.shape().equals(parameter.shape())) {
        throw new IllegalArgumentException(
            "OptimizerState("
                + parameter.name()
                + "): expected shape "
                + parameter.shape()
                + ", got "
                + tensor.shape());
      }
    }
    byName.put(parameter.name(), entry);
  }

  /** The parameter's tensors, zeros at first; counts one more update. */
  Entry advance(Parameter parameter) {
    Entry before = byName.get(parameter.name());
    Entry after;
    if (before == null) {
      List<Tensor> zeros = new ArrayList<>();
      for (int slot = 0; slot < slots.size(); slot++) {
        zeros.add(backend.zeros(parameter.shape()));
      }
      after = new Entry(List.copyOf(zeros), 1);
    } else {
      after = new Entry(before.tensors(), before.updates() + 1);
    }
    byName.put(parameter.name(), after);
    return after;
  }

  /**
   * The gradient to use: zeros where none flowed in this run but the parameter was updated before,
   * as after a resume; null where the parameter takes no part.
   */
  @Nullable Tensor gradientOf(Parameter parameter) {
    if (!parameter.isTrainable()) {
      return null;
    }
    Tensor gradient = parameter.gradient();
    if (gradient == null && byName.containsKey(parameter.name())) {
      return backend.zeros(parameter.shape());
    }
    return gradient;
  }
}
