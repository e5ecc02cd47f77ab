package dev.r3.tensor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Opens a backend by name: {@code auto}, {@code java} or {@code nd4j}. */
public final class Backends {
  private Backends() {}

  /** All backends on the class path, by name. */
  public static List<BackendProvider> providers() {
    List<BackendProvider> providers = new ArrayList<>();
    for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
      providers.add(provider);
    }
    providers.sort(Comparator.comparing(BackendProvider::name));
    return providers;
  }

  /** {@link #open(String, Precision, int)} in float with all cores. */
  public static Backend open(String name) {
    return open(name, Precision.FLOAT32, 0);
  }

  /**
   * @param name {@code auto} (ND4J when its CUDA backend finds a GPU, else Java), or a backend's
   *     name
   * @throws IllegalArgumentException for an unknown name
   * @throws IllegalStateException when the backend cannot run here, saying why
   */
  public static Backend open(String name, Precision precision, int threads) {
    List<BackendProvider> providers = providers();
    String wanted = name;
    if (name.equals("auto")) {
      wanted =
          providers.stream()
              .filter(p -> p.availability().gpu())
              .map(BackendProvider::name)
              .findFirst()
              .orElse(precision == Precision.FLOAT64 ? "nd4j" : "java");
    }
    for (BackendProvider provider : providers) {
      if (provider.name().equals(wanted)) {
        return provider.open(precision, threads);
      }
    }
    throw new IllegalArgumentException(
        "Backends.open: expected auto or one of "
            + providers.stream().map(BackendProvider::name).collect(Collectors.joining(", "))
            + ", got "
            + name);
  }
}
