package dev.r3.tensor.contract;

import dev.r3.tensor.Attended;
import dev.r3.tensor.Backend;
import dev.r3.tensor.CrossEntropy;
import dev.r3.tensor.Normalized;
import dev.r3.tensor.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * A backend of which one result of one kernel is a little wrong: its greatest element is off by a
 * thousandth. What the contract must find.
 */
final class Perturbed {
  private final String kernel;
  private final int result;
  private boolean applied;

  /**
   * @param result which of the kernel's results, from 0
   */
  Perturbed(String kernel, int result) {
    this.kernel = kernel;
    this.result = result;
  }

  /** Whether the kernel ran and has such a result. */
  boolean wasApplied() {
    return applied;
  }

  Backend of(Backend real) {
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (proxy, method, arguments) -> call(real, method, arguments));
  }

  private Object call(Backend real, Method method, Object[] arguments) throws Throwable {
    Object returned;
    try {
      returned = method.invoke(real, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
    if (method.getName().equals("scope")) {
      return of((Backend) returned);
    }
    if (!method.getName().equals(kernel)) {
      return returned;
    }
    if (returned instanceof Double number) {
      applied |= result == 0;
      return result == 0 ? number * 1.001 : number;
    }
    List<Tensor> results = results(returned, arguments);
    if (result < results.size()) {
      applied = true;
      perturb(real, results.get(result));
    }
    return returned;
  }

  private List<Tensor> results(Object returned, Object[] arguments) {
    List<Tensor> results = new ArrayList<>();
    if (returned instanceof Tensor tensor) {
      results.add(tensor);
    } else if (returned instanceof List<?> list) {
      list.forEach(tensor -> results.add((Tensor) tensor));
    } else if (returned instanceof Normalized normalized) {
      results.add(normalized.output());
      results.add(normalized.inverseScale());
      if (normalized.mean() != null) {
        results.add(normalized.mean());
      }
    } else if (returned instanceof CrossEntropy crossEntropy) {
      results.addAll(List.of(crossEntropy.losses(), crossEntropy.probabilities()));
    } else if (returned instanceof Attended attended) {
      results.addAll(List.of(attended.output(), attended.logSumExp()));
    } else if (returned instanceof Attended.InputGradients gradients) {
      results.addAll(List.of(gradients.query(), gradients.key(), gradients.value()));
    } else if (kernel.equals("adamW")) {
      results.addAll(List.of((Tensor) arguments[0], (Tensor) arguments[2], (Tensor) arguments[3]));
    } else {
      results.add((Tensor) arguments[0]); // the target of the other methods in place
    }
    return results;
  }

  private static void perturb(Backend real, Tensor tensor) {
    double[] values = tensor.toDoubles();
    int greatest = 0;
    for (int i = 0; i < values.length; i++) {
      if (Double.isFinite(values[i]) && !(Math.abs(values[i]) <= Math.abs(values[greatest]))) {
        greatest = i;
      }
    }
    values[greatest] += values[greatest] == 0 ? 1e-3 : 1e-3 * values[greatest];
    real.combine(tensor, 0, real.tensor(tensor.shape(), values), 1);
  }
}
