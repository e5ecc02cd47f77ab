package dev.r3.train.loss;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;

/** A loss of a bi-encoder: a function of the embeddings of a batch of queries and skills. */
public interface EmbeddingLoss {
  /**
   * @param queries [batch, dim], rows of unit length
   * @param skills [columns, dim], rows of unit length
   * @param targets which skill is each query's gold and which ones it must not be compared with
   * @return scalar, nats, mean over the batch
   * @throws IllegalArgumentException when the targets do not fit the matrices
   */
  Tensor apply(Pass pass, Tensor queries, Tensor skills, Targets targets);
}
