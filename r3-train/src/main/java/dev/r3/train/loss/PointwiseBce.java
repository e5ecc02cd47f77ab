package dev.r3.train.loss;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Activate;
import dev.r3.tensor.op.Add;
import dev.r3.tensor.op.Multiply;
import dev.r3.tensor.op.Scale;
import dev.r3.tensor.op.Sum;

/**
 * Binary cross-entropy of every candidate by itself: -w y log σ(s) - (1 - y) log(1 - σ(s)), with y
 * = 1 for golds and 0 for SKIP and rest.
 *
 * <p>Inputs: scores [lists, listSize], raw log-odds, and {@link Grades}. The mean is over all items
 * of the batch, not first over each list, so that every pair counts alike.
 *
 * <p>When to use: as the pointwise baseline, or when σ(s) is to be read as a probability.
 *
 * <p>Relations: {@link GradedListwise} compares candidates of one query only with each other and
 * leaves the level of the scores free; this loss fixes it.
 *
 * <p>Differs from the paper: a baseline; SKIP = 0 is this project's choice.
 *
 * @param goldWeight w, to balance few golds against many others; 1 leaves them as they are
 */
public record PointwiseBce(double goldWeight) implements ListLoss {
  public PointwiseBce {
    if (!(goldWeight > 0)) {
      throw new IllegalArgumentException(
          "PointwiseBce: expected a goldWeight above 0, got " + goldWeight);
    }
  }

  public PointwiseBce() {
    this(1);
  }

  @Override
  public Tensor apply(Pass pass, Tensor scores, Grades grades) {
    grades.requireFit("PointwiseBce", scores);
    int size = grades.listSize();
    double[] goldWeights = new double[scores.size()]; // w y
    double[] otherWeights = new double[scores.size()]; // 1 - y
    int items = 0;
    for (int i = 0; i < scores.size(); i++) {
      int grade = grades.values()[i / size][i % size];
      goldWeights[i] = grade == Grades.GOLD ? goldWeight : 0;
      otherWeights[i] = grade == Grades.SKIP || grade == Grades.REST ? 1 : 0;
      items += grade == Grades.NONE ? 0 : 1;
    }
    Tensor gold = weighted(pass, Scale.apply(pass, scores, -1), goldWeights); // -log σ(s)
    Tensor other = weighted(pass, scores, otherWeights); // -log(1 - σ(s))
    return Scale.apply(pass, Add.apply(pass, gold, other), 1.0 / items);
  }

  /** Σ weights softplus(x). */
  private static Tensor weighted(Pass pass, Tensor x, double[] weights) {
    Shape shape = x.shape();
    Tensor softplus = Activate.apply(pass, Activation.SOFTPLUS, x);
    return Sum.apply(pass, Multiply.apply(pass, softplus, pass.backend().tensor(shape, weights)));
  }
}
