package dev.r3.tensor.java;

import jdk.incubator.vector.FloatVector;

/** Chooses among the vector kernels; not to be loaded where the Vector API is absent. */
final class VectorKernels {
  private VectorKernels() {}

  /** For the width that this JVM prefers on this machine. */
  static Kernels preferred() {
    return ofWidth(FloatVector.SPECIES_PREFERRED.vectorBitSize());
  }

  /**
   * @param bits width of the tile kernel's vectors; the other loops use the preferred width
   */
  static Kernels ofWidth(int bits) {
    Tile tile =
        switch (bits) {
          case 128 -> new Tile128();
          case 256 -> new Tile256();
          case 512 -> new Tile512();
          default -> new PlainTile(); // 64-bit vectors, and widths of the future
        };
    return new Kernels(tile, new VectorLoops(), bits + "-bit vectors");
  }
}
