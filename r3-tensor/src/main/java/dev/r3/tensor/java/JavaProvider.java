package dev.r3.tensor.java;

import dev.r3.tensor.Backend;
import dev.r3.tensor.BackendProvider;
import dev.r3.tensor.Precision;

/** Offers the Java backend, which runs on every machine, in float. */
public final class JavaProvider implements BackendProvider {
  @Override
  public String name() {
    return JavaBackend.NAME;
  }

  @Override
  public Availability availability() {
    String detail =
        Kernels.isVectorModulePresent()
            ? "SIMD on the CPU"
            : "plain loops on the CPU; --add-modules jdk.incubator.vector makes it fast";
    return new Availability(true, false, detail);
  }

  @Override
  public Backend open(Precision precision, int threads) {
    if (precision != Precision.FLOAT32) {
      throw new IllegalArgumentException(
          "JavaProvider.open: expected FLOAT32, got " + precision + "; use the nd4j backend");
    }
    if (threads < 0) {
      throw new IllegalArgumentException(
          "JavaProvider.open: expected threads of at least 0, got " + threads);
    }
    int cores = Runtime.getRuntime().availableProcessors();
    return new JavaBackend(Kernels.best(), threads == 0 ? cores : threads);
  }
}
