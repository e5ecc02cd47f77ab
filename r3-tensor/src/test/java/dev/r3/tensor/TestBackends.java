package dev.r3.tensor;

import java.util.List;

/** The backends that tests run on: all of them, and the double-precision reference. */
public final class TestBackends {
  private TestBackends() {}

  /** Opens every backend in every precision it has, the reference first; for a MethodSource. */
  public static List<Backend> all() {
    return List.of(doubles(), nd4j(), java());
  }

  /** The reference for gradients: ND4J in double precision. */
  public static Backend doubles() {
    return Backends.open("nd4j", Precision.FLOAT64, 0);
  }

  public static Backend nd4j() {
    return Backends.open("nd4j", Precision.FLOAT32, 0);
  }

  public static Backend java() {
    return Backends.open("java", Precision.FLOAT32, 0);
  }
}
