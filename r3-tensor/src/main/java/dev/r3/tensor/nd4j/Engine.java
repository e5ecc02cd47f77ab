package dev.r3.tensor.nd4j;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Precision;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;

/** Starts ND4J: the first use loads its native libraries. */
final class Engine {
  private Engine() {}

  /**
   * @param threads CPU threads to use at most; 0 leaves ND4J's choice. ND4J has one setting for the
   *     whole process: the last backend opened with another number sets it.
   */
  static Backend open(Precision precision, int threads) {
    Environment environment = Nd4j.getEnvironment();
    if (threads > 0) {
      environment.setMaxThreads(threads);
      environment.setMaxMasterThreads(threads);
      if (environment.isCPU()) {
        Nd4j.factory().blas().setMaxThreads(threads);
      }
    }
    DataType type = precision == Precision.FLOAT64 ? DataType.DOUBLE : DataType.FLOAT;
    String description =
        String.format(
            "ND4J 1.0.0-M2.1 on %s, %s, %d threads",
            environment.isCPU() ? "the CPU" : "CUDA",
            precision == Precision.FLOAT64 ? "double" : "float",
            environment.maxThreads());
    return new Nd4jBackend(precision, description, Scope.root(type));
  }
}
