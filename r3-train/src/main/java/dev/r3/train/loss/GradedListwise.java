package dev.r3.train.loss;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Mask;
import dev.r3.tensor.op.Mean;
import dev.r3.tensor.op.Scale;
import dev.r3.tensor.op.SoftmaxCrossEntropy;
import java.util.Arrays;

/**
 * R3's graded push-away loss: L = -Σ_j y_j log p_j of each list, with p = softmax(s / temperature)
 * and y a distribution made from the grades (arXiv 2606.03565, the reranker's loss; the form is
 * ListNet's, Cao et al. 2007).
 *
 * <p>Inputs: scores s [lists, listSize] of a cross-encoder and {@link Grades}: gold 2, SKIP partner
 * 1, other candidates 0. The gradient is (p_j - y_j) / temperature for each pair: each grade has a
 * place of its own at the optimum, s_j = temperature log y_j + constant.
 *
 * <p>When to use: training the cross-encoder, with or without SKIP partners in the lists.
 *
 * <p>Relations: {@link GradeTarget.Softmax} with T = 1 is ListNet; {@link GradeTarget.Binary} is
 * {@link InfoNce} on lists. While p < y this loss pulls a SKIP item up and pushes it down only
 * above; {@link NestedPlackettLuce} only ever pushes it below the golds.
 *
 * <p>Differs from the paper: the target distribution is not published; softmax(l / 0.5) is this
 * project's default. Lists without anything to prefer (weights all 0) are refused.
 *
 * @param temperature divides the scores; gaps at the optimum are multiplied by it
 */
public record GradedListwise(GradeTarget target, double temperature) implements ListLoss {
  public GradedListwise {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException(
          "GradedListwise: expected a temperature above 0, got " + temperature);
    }
  }

  public GradedListwise(GradeTarget target) {
    this(target, 1);
  }

  /** The default target: softmax(l / 0.5). */
  public GradedListwise() {
    this(new GradeTarget.Softmax(GradeTarget.Softmax.DEFAULT_TEMPERATURE));
  }

  @Override
  public Tensor apply(Pass pass, Tensor scores, Grades grades) {
    grades.requireFit("GradedListwise", scores);
    Tensor distribution = pass.backend().tensor(scores.shape(), distributions(grades));
    Tensor logits = Mask.apply(pass, Scale.apply(pass, scores, 1 / temperature), grades.masked());
    return Mean.apply(pass, SoftmaxCrossEntropy.apply(pass, logits, distribution));
  }

  private double[] distributions(Grades grades) {
    int size = grades.listSize();
    double[] distributions = new double[grades.lists() * size];
    for (int list = 0; list < grades.lists(); list++) {
      double[] weights = target.weights(grades.values()[list]);
      double total = Arrays.stream(weights).sum();
      if (!(total > 0)) {
        throw new IllegalArgumentException(
            "GradedListwise: expected an item of positive weight in every list, got grades "
                + Arrays.toString(grades.values()[list])
                + " in list "
                + list
                + " with target "
                + target);
      }
      for (int item = 0; item < size; item++) {
        distributions[list * size + item] = weights[item] / total;
      }
    }
    return distributions;
  }
}
