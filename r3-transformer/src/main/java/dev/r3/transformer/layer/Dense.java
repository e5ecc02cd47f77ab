package dev.r3.transformer.layer;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.ActivatedLinear;
import dev.r3.tensor.op.Linear;
import dev.r3.transformer.checkpoint.Weights;
import org.jspecify.annotations.Nullable;

/** y = x weightᵀ + bias: x [rows, in], weight [out, in], bias [out] or none -> [rows, out]. */
public record Dense(Parameter weight, @Nullable Parameter bias) {

  /** The layer stored as {@code name.weight} and {@code name.bias}. */
  public static Dense load(Weights weights, String name, int in, int out) {
    return new Dense(weights.take(name + ".weight", out, in), weights.take(name + ".bias", out));
  }

  /** The layer stored as {@code name.weight} alone. */
  public static Dense withoutBias(Weights weights, String name, int in, int out) {
    return new Dense(weights.take(name + ".weight", out, in), null);
  }

  public Tensor apply(Pass pass, Tensor x) {
    return apply(pass, x, Activation.IDENTITY);
  }

  public Tensor apply(Pass pass, Tensor x, Activation activation) {
    return Linear.apply(pass, x, pass.use(weight), offset(pass), activation);
  }

  /** activation(u) weightᵀ + bias, without activation(u) in memory while a pass records. */
  public Tensor applyToActivation(Pass pass, Activation activation, Tensor u) {
    return ActivatedLinear.apply(pass, activation, u, pass.use(weight), offset(pass));
  }

  private @Nullable Tensor offset(Pass pass) {
    return bias == null ? null : pass.use(bias);
  }
}
