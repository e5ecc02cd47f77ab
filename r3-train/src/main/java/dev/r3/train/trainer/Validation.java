package dev.r3.train.trainer;

/** Measures the model on examples that it does not train on. */
public interface Validation {
  /** Name of the figure, such as {@code ndcg@10}. */
  String metric();

  /** The figure for the parameters as they are now; higher is better. */
  double measure();
}
