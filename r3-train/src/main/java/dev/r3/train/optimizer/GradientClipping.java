package dev.r3.train.optimizer;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Tensor;
import java.util.List;

/**
 * Clipping by the global norm (Pascanu, Mikolov, Bengio 2013): all gradients together are shortened
 * to {@code maxNorm} when they are longer; factor min(1, maxNorm / (norm + 1e-6)), as
 * torch.nn.utils.clip_grad_norm_.
 *
 * @param maxNorm infinite to measure only
 */
public record GradientClipping(double maxNorm) {
  private static final double EPSILON = 1e-6;

  /** Measures the norm and never shortens. */
  public static final GradientClipping NONE = new GradientClipping(Double.POSITIVE_INFINITY);

  public GradientClipping {
    if (!(maxNorm > 0)) {
      throw new IllegalArgumentException(
          "GradientClipping: expected maxNorm above 0, got " + maxNorm);
    }
  }

  /**
   * @param norm of all gradients before clipping
   * @param scale factor for {@link Optimizer#step}
   */
  public record Result(double norm, double scale) {}

  /**
   * Measures the gradients without changing them.
   *
   * @param step named in the error
   * @throws IllegalStateException if a gradient is not finite, naming the parameter; nothing was
   *     updated then
   */
  public Result measure(Backend backend, List<Parameter> parameters, long step) {
    double squares = 0;
    for (Parameter parameter : parameters) {
      Tensor gradient = parameter.gradient();
      if (gradient == null || !parameter.isTrainable()) {
        continue;
      }
      double square = backend.squaredNorm(gradient);
      if (!Double.isFinite(square)) {
        throw new IllegalStateException(
            "GradientClipping: expected a finite gradient of "
                + parameter.name()
                + " at step "
                + step
                + ", got one with squared norm "
                + square
                + "; nothing was updated. Lower the learning rate or look at this step's batch");
      }
      squares += square;
    }
    double norm = Math.sqrt(squares);
    return new Result(norm, Math.min(1, maxNorm / (norm + EPSILON)));
  }
}
