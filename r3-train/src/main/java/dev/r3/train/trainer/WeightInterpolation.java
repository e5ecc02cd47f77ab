package dev.r3.train.trainer;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import java.util.List;

/**
 * Trained parameters drawn back towards those that the training began with: θ = (1 - share)
 * θ_trained + share θ_start (WiSE-FT, Wortsman et al. 2022, equation 1; LM-Cocktail, Xiao et al.
 * 2023, for embedding models). What the start could do and the training data does not ask for is
 * forgotten less.
 */
public final class WeightInterpolation {
  private final Backend backend;
  private final List<Parameter> parameters;
  private final double share;
  private final List<HostValues> start;

  /**
   * Copies the parameters as they are before the training; without a share there is nothing to do
   * and nothing is copied.
   *
   * @param backend theirs
   * @param share of the start, from 0 to 1
   * @throws IllegalArgumentException for another share
   */
  public WeightInterpolation(Backend backend, List<Parameter> parameters, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "WeightInterpolation: expected a share from 0 to 1, got " + share);
    }
    this.backend = backend;
    this.parameters = share == 0 ? List.of() : List.copyOf(parameters);
    this.share = share;
    start = copies();
  }

  /** Interpolates the parameters; once, after the training. */
  public void apply() {
    try (Backend scope = backend.scope()) {
      for (int i = 0; i < parameters.size(); i++) {
        Parameter parameter = parameters.get(i);
        scope.combine(
            parameter.value(),
            1 - share,
            start.get(i).tensor(scope, parameter.value().shape()),
            share);
      }
    }
  }

  /** Interpolates the parameters for a while: closed, it puts the trained ones back. */
  public Applied applied() {
    List<HostValues> trained = copies();
    apply();
    return () -> {
      for (int i = 0; i < parameters.size(); i++) {
        trained.get(i).assignTo(backend, parameters.get(i).value());
      }
    };
  }

  /** As long as the interpolated parameters stand in for the trained ones. */
  public interface Applied extends AutoCloseable {
    @Override
    void close();
  }

  private List<HostValues> copies() {
    return parameters.stream().map(parameter -> HostValues.of(backend, parameter.value())).toList();
  }
}
