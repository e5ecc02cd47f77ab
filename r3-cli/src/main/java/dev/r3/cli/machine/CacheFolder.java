package dev.r3.cli.machine;

import java.nio.file.Path;
import java.util.Map;

/** Where R3 keeps what it can make again. */
public final class CacheFolder {
  private CacheFolder() {}

  /** The folder of this user; it may not exist yet. */
  public static Path path() {
    return path(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /** {@code R3_CACHE}, else {@code r3} in {@code XDG_CACHE_HOME}, else {@code ~/.cache/r3}. */
  static Path path(Map<String, String> environment, Path home) {
    String own = environment.getOrDefault("R3_CACHE", "");
    if (!own.isEmpty()) {
      return Path.of(own).toAbsolutePath();
    }
    String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
    // The XDG specification ignores relative paths.
    Path parent =
        !caches.isEmpty() && Path.of(caches).isAbsolute()
            ? Path.of(caches)
            : home.resolve(".cache");
    return parent.resolve("r3");
  }
}
