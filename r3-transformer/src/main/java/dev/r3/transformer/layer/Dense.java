package dev.r3.transformer.layer;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Linear;
import dev.r3.transformer.checkpoint.Weights;

/** y = x weightᵀ + bias: x [rows, in], weight [out, in], bias [out] -> [rows, out]. */
public record Dense(Parameter weight, Parameter bias) {

  /** The layer stored as {@code name.weight} and {@code name.bias}. */
  public static Dense load(Weights weights, String name, int in, int out) {
    return new Dense(weights.take(name + ".weight", out, in), weights.take(name + ".bias", out));
  }

  public Tensor apply(Pass pass, Tensor x) {
    return apply(pass, x, Activation.IDENTITY);
  }

  public Tensor apply(Pass pass, Tensor x, Activation activation) {
    return Linear.apply(pass, x, pass.use(weight), pass.use(bias), activation);
  }
}
