package dev.r3.cli.machine;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine and the JVM that R3 runs on.
 *
 * @param system operating system and architecture, such as "Linux amd64"
 * @param processor what the processor calls itself, or "unknown"
 * @param cores how many cores the JVM may use
 * @param memoryBytes memory of the machine, or of the container
 * @param freeMemoryBytes how much of it a program can still have
 * @param heapLimitBytes how much of it the Java heap may grow to (-Xmx)
 */
public record Machine(
    String system,
    String processor,
    int cores,
    long memoryBytes,
    long freeMemoryBytes,
    long heapLimitBytes,
    Jvm jvm) {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final Path MEMORY = Path.of("/proc/meminfo");

  /**
   * The running JVM.
   *
   * @param vectorApi whether jdk.incubator.vector is on, which the Java backend is fast with
   */
  public record Jvm(String version, String vendor, String name, boolean vectorApi) {}

  /** This machine, now. */
  public static Machine here() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Machine(
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        value(PROCESSORS, "model name").orElse("unknown"),
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize(),
        freeMemory(system),
        Runtime.getRuntime().maxMemory(),
        new Jvm(
            Runtime.version().toString(),
            System.getProperty("java.vendor"),
            System.getProperty("java.vm.name"),
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()));
  }

  /** A line that says what timings can be compared with. */
  public String summary() {
    return String.format(
        Locale.ROOT,
        "%s, %s, %d %s, %s",
        system,
        processor,
        cores,
        cores == 1 ? "core" : "cores",
        bytes(memoryBytes));
  }

  /** A number of bytes for people, such as "3.2 GiB". */
  public static String bytes(long bytes) {
    double mebibytes = bytes / 0x1p20;
    return mebibytes < 1024
        ? String.format(Locale.ROOT, "%.0f MiB", mebibytes)
        : String.format(Locale.ROOT, "%.1f GiB", mebibytes / 1024);
  }

  /** Linux's estimate counts its file cache as free, Java's does not; neither exceeds the limit. */
  private static long freeMemory(OperatingSystemMXBean system) {
    return value(MEMORY, "MemAvailable")
        .map(text -> Long.parseLong(text.replaceAll("\\D", "")) << 10)
        .map(available -> Math.min(available, system.getTotalMemorySize()))
        .orElseGet(system::getFreeMemorySize);
  }

  /** The first value of a key in a file of "key : value" lines, if there is such a file. */
  static Optional<String> value(Path file, String key) {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
      return lines
          .map(line -> List.of(line.split(":", 2)))
          .filter(parts -> parts.size() == 2 && parts.get(0).strip().equals(key))
          .map(parts -> parts.get(1).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // not Linux
    }
  }
}
