package dev.r3.train.loss;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.LogSumExp;
import dev.r3.tensor.op.Mask;
import dev.r3.tensor.op.Mean;
import dev.r3.tensor.op.Subtract;

/**
 * The probability that any gold is chosen first: L = -log(Σ_{j gold} e^s_j / Σ_j e^s_j) of each
 * list (marginal likelihood, as in Lee, Chang, Toutanova 2019).
 *
 * <p>Inputs: scores [lists, listSize] and {@link Grades} with a gold in every list; SKIP counts as
 * rest.
 *
 * <p>When to use: when one of several golds suffices. It stops pulling the others as soon as one
 * gold is first.
 *
 * <p>Relations: {@link GradedListwise} with {@link GradeTarget.Binary} asks for all golds alike;
 * with one gold the two are equal.
 *
 * <p>Differs from the paper: a baseline that is not in it.
 */
public record GoldLikelihood() implements ListLoss {
  @Override
  public Tensor apply(Pass pass, Tensor scores, Grades grades) {
    grades.requireFit("GoldLikelihood", scores);
    grades.requireGold("GoldLikelihood");
    boolean[][] others = grades.where(Grades.GOLD);
    for (boolean[] row : others) {
      for (int item = 0; item < row.length; item++) {
        row[item] = !row[item];
      }
    }
    Tensor all = LogSumExp.apply(pass, Mask.apply(pass, scores, grades.masked())); // [lists]
    Tensor golds = LogSumExp.apply(pass, Mask.apply(pass, scores, others)); // [lists]
    return Mean.apply(pass, Subtract.apply(pass, all, golds));
  }
}
