package dev.r3.tensor;

/** How the token vectors of a sequence become one vector. */
public enum Pooling {
  /** The mean over the tokens. */
  MEAN,
  /** The first token, BERT's [CLS]. */
  CLS,
  /** The last token, for causal models. */
  LAST
}
