package dev.r3.transformer.layer;

import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.LayerNorm;
import dev.r3.transformer.checkpoint.Weights;

/** Layer normalisation over the hidden axis; gain and bias [hidden]. */
public record Norm(Parameter gain, Parameter bias, double epsilon) {

  /** The layer stored as {@code name.weight} and {@code name.bias}. */
  public static Norm load(Weights weights, String name, int hidden, double epsilon) {
    return new Norm(
        weights.take(name + ".weight", hidden), weights.take(name + ".bias", hidden), epsilon);
  }

  /** x [tokens, hidden] -> [tokens, hidden]. */
  public Tensor apply(Pass pass, Tensor x) {
    return LayerNorm.apply(pass, x, pass.use(gain), pass.use(bias), epsilon);
  }

  /** The norm of x + residual, both [tokens, hidden]. */
  public Tensor ofSum(Pass pass, Tensor x, Tensor residual) {
    return LayerNorm.ofSum(pass, x, residual, pass.use(gain), pass.use(bias), epsilon);
  }
}
