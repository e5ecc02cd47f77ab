package dev.r3.tensor.java;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Every tile shape and the plain twin, with one to three threads. */
final class Variants {
  static final int[] SIZES = {1, 2, 3, 7, 15, 17, 31, 33, 47, 49, 100, 129};

  private Variants() {}

  static Stream<Arguments> all() {
    return Stream.of(
        Arguments.of("plain", 1),
        Arguments.of("plain", 3),
        Arguments.of("128", 1),
        Arguments.of("256", 2),
        Arguments.of("512", 1),
        Arguments.of("512", 2),
        Arguments.of("512", 3));
  }

  static List<String> kernels() {
    return List.of("plain", "128", "256", "512");
  }

  static Kernels kernels(String name) {
    return name.equals("plain") ? Kernels.plain() : VectorKernels.ofWidth(Integer.parseInt(name));
  }

  static JavaBackend backend(String kernels, int threads) {
    return new JavaBackend(kernels(kernels), threads);
  }

  static float[] normals(int seed, int size) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
