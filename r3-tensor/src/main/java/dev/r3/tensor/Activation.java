package dev.r3.tensor;

/** The elementwise functions that backends know, each with its derivative. */
public enum Activation {
  /** x. */
  IDENTITY,
  /** x Φ(x) = x/2 (1 + erf(x/√2)), the exact form that BERT uses (Hendrycks, Gimpel 2016). */
  GELU,
  /** x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))), the approximation of the same paper. */
  GELU_TANH,
  /** x sigmoid(x), also called swish. */
  SILU,
  TANH,
  /** 1 / (1 + e^-x). */
  SIGMOID,
  /** log(1 + e^x), computed without overflow; log sigmoid(x) = -softplus(-x). */
  SOFTPLUS
}
