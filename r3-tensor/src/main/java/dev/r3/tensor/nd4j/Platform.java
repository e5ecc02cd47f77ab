package dev.r3.tensor.nd4j;

import java.util.Locale;

/** This machine as ND4J's artifacts name it, for instance {@code linux-x86_64}. */
final class Platform {
  private Platform() {}

  static String name() {
    return name(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  static String name(String system, String processor) {
    String lowerCase = system.toLowerCase(Locale.ROOT);
    String family = lowerCase;
    if (lowerCase.startsWith("mac os x")) {
      family = "macosx";
    } else if (lowerCase.startsWith("windows")) {
      family = "windows";
    }
    String architecture =
        switch (processor) {
          case "amd64", "x86-64" -> "x86_64";
          case "aarch64" -> "arm64";
          default -> processor;
        };
    return family + "-" + architecture;
  }

  static boolean hasCpuLibrary(ClassLoader classes, String platform) {
    return classes.getResource("org/nd4j/linalg/cpu/nativecpu/bindings/" + platform + "/") != null
        || hasLibrary(classes, platform, "libjnind4jcpu.so")
        || hasLibrary(classes, platform, "libjnind4jcpu.dylib")
        || hasLibrary(classes, platform, "jnind4jcpu.dll");
  }

  private static boolean hasLibrary(ClassLoader classes, String platform, String file) {
    return classes.getResource("org/nd4j/linalg/cpu/nativecpu/bindings/" + platform + "/" + file)
        != null;
  }
}
