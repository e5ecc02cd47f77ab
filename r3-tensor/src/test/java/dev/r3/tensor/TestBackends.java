package dev.r3.tensor;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The backends that tests run on: all of them, and the double-precision reference. */
public final class TestBackends {
  /** Of ND4J: on the small arrays of tests its threads cost far more than they bring. */
  private static final int ND4J_THREADS = 1;

  private TestBackends() {}

  /**
   * Opens every backend that runs here in every precision it has, the reference first; for a
   * MethodSource. That one is left out is said by the tests of its provider, which are skipped.
   */
  public static List<Backend> all() {
    List<Backend> backends = new ArrayList<>();
    for (BackendProvider provider : Backends.providers()) {
      if (provider.availability().available()) {
        if (provider.name().equals("nd4j")) {
          backends.add(0, provider.open(Precision.FLOAT64, ND4J_THREADS));
        }
        backends.add(provider.open(Precision.FLOAT32, threads(provider.name())));
      }
    }
    return backends;
  }

  /** The reference for gradients: ND4J in double precision. Skips the test where it cannot run. */
  public static Backend doubles() {
    return open("nd4j", Precision.FLOAT64);
  }

  /** Skips the test where ND4J cannot run. */
  public static Backend nd4j() {
    return open("nd4j", Precision.FLOAT32);
  }

  public static Backend java() {
    return open("java", Precision.FLOAT32);
  }

  private static Backend open(String name, Precision precision) {
    for (BackendProvider provider : Backends.providers()) {
      if (provider.name().equals(name)) {
        BackendProvider.Availability availability = provider.availability();
        Assumptions.assumeTrue(availability.available(), availability.detail());
      }
    }
    return Backends.open(name, precision, threads(name));
  }

  private static int threads(String name) {
    return name.equals("nd4j") ? ND4J_THREADS : 0;
  }
}
