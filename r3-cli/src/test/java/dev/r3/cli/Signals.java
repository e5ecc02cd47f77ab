package dev.r3.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import sun.misc.Signal;

/** Whether signals reach this process: a shell starts background jobs with SIGINT ignored. */
public final class Signals {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String IGNORED = "SigIgn:";

  private Signals() {}

  /** Skips the test where that signal is ignored from the start, which a JVM respects. */
  public static void assumeHeard(String name) throws IOException {
    if (!Files.isReadable(STATUS)) {
      return;
    }
    Optional<String> mask =
        Files.readAllLines(STATUS).stream().filter(line -> line.startsWith(IGNORED)).findFirst();
    long ignored =
        Long.parseUnsignedLong(mask.orElse(IGNORED + "0").substring(IGNORED.length()).strip(), 16);
    boolean heard = (ignored >>> (new Signal(name).getNumber() - 1) & 1) == 0;
    assumeTrue(heard, "SIG" + name + " is ignored here, as in a background job");
  }
}
