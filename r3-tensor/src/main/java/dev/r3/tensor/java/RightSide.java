package dev.r3.tensor.java;

/** The right side of a product, [depth, columns], in panels of as many columns as a tile has. */
sealed interface RightSide permits Panels, NarrowWeight {
  int depth();

  int columns();
}
