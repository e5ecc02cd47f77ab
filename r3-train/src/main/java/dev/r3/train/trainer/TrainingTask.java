package dev.r3.train.trainer;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;

/** What a run minimises: the loss of each of its batches. */
public interface TrainingTask {
  /**
   * The loss of one batch, a function of the batch's number and of the parameters alone: the same
   * number gives the same batch, so that a run can stop and go on.
   *
   * @param batch from 0
   */
  BatchLoss loss(Pass pass, long batch);

  /**
   * @param loss a scalar of the pass
   * @param tokens how many tokens the model read for it
   */
  record BatchLoss(Tensor loss, long tokens) {}
}
