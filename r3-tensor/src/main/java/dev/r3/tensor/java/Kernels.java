package dev.r3.tensor.java;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine-dependent kernels that fit together.
 *
 * @param width "AVX"-style width for people, for instance {@code 512-bit vectors}
 */
record Kernels(Tile tile, Loops loops, String width) {
  private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);

  /** Plain Java, on every JVM. */
  static Kernels plain() {
    return new Kernels(new PlainTile(), new PlainLoops(), "plain loops");
  }

  /** Vectors where the JVM has the module and the machine fused multiply-add, else plain loops. */
  static Kernels best() {
    if (!isVectorModulePresent()) {
      LOG.info(
          "The JVM runs without the Vector API: plain loops, several times slower; start it with"
              + " --add-modules jdk.incubator.vector");
      return plain();
    }
    if (!FloatMath.FUSED) {
      LOG.info("The JVM reports no fused multiply-add on this machine: plain loops");
      return plain();
    }
    return VectorKernels.preferred();
  }

  static boolean isVectorModulePresent() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }
}
