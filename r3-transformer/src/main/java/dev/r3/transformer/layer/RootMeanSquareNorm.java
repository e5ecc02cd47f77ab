package dev.r3.transformer.layer;

import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.RmsNorm;
import dev.r3.transformer.checkpoint.Weights;

/** Root-mean-square normalisation (Zhang, Sennrich 2019) of every row; gain [columns]. */
public record RootMeanSquareNorm(Parameter gain, double epsilon) {

  /** The layer stored as {@code name.weight}. */
  public static RootMeanSquareNorm load(Weights weights, String name, int columns, double epsilon) {
    return new RootMeanSquareNorm(weights.take(name + ".weight", columns), epsilon);
  }

  /** x [rows, columns] -> [rows, columns]. */
  public Tensor apply(Pass pass, Tensor x) {
    return RmsNorm.apply(pass, x, pass.use(gain), epsilon);
  }
}
