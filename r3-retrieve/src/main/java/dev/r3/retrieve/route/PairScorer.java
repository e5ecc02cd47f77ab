package dev.r3.retrieve.route;

import java.util.List;

/** The second stage's model: reads request and skill together. Safe for several threads. */
@FunctionalInterface
public interface PairScorer extends AutoCloseable {

  /** One score for each candidate, in their order; higher is better, and the scale is free. */
  float[] score(Candidates candidates);

  /** The scores of several lists; models that gain from larger batches override this. */
  default List<float[]> scoreAll(List<Candidates> lists) {
    return lists.stream().map(this::score).toList();
  }

  /** Frees the model. */
  @Override
  default void close() {}
}
