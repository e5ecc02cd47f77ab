package dev.r3.tensor.nd4j;

import dev.r3.tensor.Backend;
import dev.r3.tensor.BackendProvider;
import dev.r3.tensor.Precision;
import java.util.function.Supplier;

/**
 * Offers ND4J if one of its engines is on the class path: the CUDA engine where it finds GPUs that
 * it has code for, else the CPU engine.
 *
 * <p>This class refers to no class of ND4J, so that it answers where ND4J is absent; and it loads
 * no native library until a backend is opened.
 */
public final class Nd4jProvider implements BackendProvider {
  private static final String API = "org.nd4j.linalg.factory.Nd4j";
  private static final String CPU_ENGINE = "org.nd4j.linalg.cpu.nativecpu.CpuBackend";
  private static final String CUDA_ENGINE = "org.nd4j.linalg.jcublas.JCublasBackend";

  private final ClassLoader classes;
  private final Supplier<CudaDevices> devices;

  /** For java.util.ServiceLoader. */
  public Nd4jProvider() {
    this(Nd4jProvider.class.getClassLoader(), CudaDevices::query);
  }

  /**
   * @param classes where ND4J is looked for
   * @param devices asked only if the CUDA engine is there
   */
  Nd4jProvider(ClassLoader classes, Supplier<CudaDevices> devices) {
    this.classes = classes;
    this.devices = devices;
  }

  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public Availability availability() {
    if (!has(API)) {
      return no("ND4J is not on the class path; add org.nd4j:nd4j-native:1.0.0-M2.1");
    }
    boolean cpu = has(CPU_ENGINE);
    if (has(CUDA_ENGINE)) {
      CudaDevices found = devices.get();
      if (found.problem() == null) {
        return new Availability(true, true, "CUDA on " + found.detail());
      }
      return no(
          "ND4J's CUDA engine cannot run here: "
              + found.detail()
              + "; for the CPU put org.nd4j:nd4j-native on the class path in its place");
    }
    if (!cpu) {
      return no("ND4J has no engine on the class path; add org.nd4j:nd4j-native:1.0.0-M2.1");
    }
    String platform = Platform.name();
    if (!Platform.hasCpuLibrary(classes, platform)) {
      return no(
          "ND4J has no native library for "
              + platform
              + " on the class path; add org.nd4j:nd4j-native:1.0.0-M2.1:"
              + platform
              + " if there is one");
    }
    return new Availability(true, false, "native code on the CPU (" + platform + ")");
  }

  @Override
  public Backend open(Precision precision, int threads) {
    if (threads < 0) {
      throw new IllegalArgumentException(
          "Nd4jProvider.open: expected threads of at least 0, got " + threads);
    }
    Availability availability = availability();
    if (!availability.available()) {
      throw new IllegalStateException("Nd4jProvider.open: " + availability.detail());
    }
    try {
      return Engine.open(precision, threads);
    } catch (LinkageError failure) { // a native library that does not load, or half of ND4J
      throw new IllegalStateException(
          "Nd4jProvider.open: ND4J does not start: " + rootCause(failure), failure);
    }
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private boolean has(String className) {
    return classes.getResource(className.replace('.', '/') + ".class") != null;
  }

  private static Availability no(String detail) {
    return new Availability(false, false, detail);
  }
}
