package dev.r3.train.loss;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;

/** A loss of a cross-encoder: a function of the scores of graded lists of candidates. */
public interface ListLoss {
  /**
   * @param scores raw log-odds, [lists, listSize]
   * @param grades of the same form
   * @return scalar, nats; the mean over the lists unless the loss says otherwise
   * @throws IllegalArgumentException when the grades do not fit the scores, or hold nothing that
   *     this loss could learn from
   */
  Tensor apply(Pass pass, Tensor scores, Grades grades);
}
