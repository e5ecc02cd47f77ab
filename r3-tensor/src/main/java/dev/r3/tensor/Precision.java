package dev.r3.tensor;

/** The element type in which a backend stores and computes. */
public enum Precision {
  FLOAT32,
  FLOAT64
}
