package dev.r3.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  @TempDir Path folder;

  @Test
  void summaryIsWhatTimingsCompareBy() {
    Machine.Jvm jvm = new Machine.Jvm("17", "Debian", "OpenJDK", true);
    assertThat(new Machine("Linux amd64", "AMD EPYC", 2, 8L << 30, 1, 1, jvm).summary())
        .isEqualTo("Linux amd64, AMD EPYC, 2 cores, 8.0 GiB");
    assertThat(new Machine("Linux aarch64", "unknown", 1, 512L << 20, 1, 1, jvm).summary())
        .isEqualTo("Linux aarch64, unknown, 1 core, 512 MiB");
  }

  @Test
  void bytesAreForPeople() {
    assertThat(Machine.bytes(0)).isEqualTo("0 MiB");
    assertThat(Machine.bytes((1L << 30) - (1L << 20))).isEqualTo("1023 MiB");
    assertThat(Machine.bytes(1L << 30)).isEqualTo("1.0 GiB");
    assertThat(Machine.bytes(23L << 29)).isEqualTo("11.5 GiB");
  }

  @Test
  void readsTheFirstValueOfAKey() throws Exception {
    Path file = Files.writeString(folder.resolve("cpuinfo"), "a\t: 1\nmodel name\t: X: y\na : 2\n");
    assertThat(Machine.value(file, "a")).contains("1");
    assertThat(Machine.value(file, "model name")).contains("X: y");
    assertThat(Machine.value(file, "b")).isEmpty();
    assertThat(Machine.value(folder.resolve("none"), "a")).isEmpty();
  }

  @Test
  void theCacheIsWhereTheUserWantsIt() {
    Path home = Path.of("/home/me");
    assertThat(CacheFolder.path(Map.of(), home)).isEqualTo(Path.of("/home/me/.cache/r3"));
    assertThat(CacheFolder.path(Map.of("XDG_CACHE_HOME", "/c"), home)).isEqualTo(Path.of("/c/r3"));
    assertThat(CacheFolder.path(Map.of("XDG_CACHE_HOME", "c"), home))
        .isEqualTo(Path.of("/home/me/.cache/r3"));
    assertThat(CacheFolder.path(Map.of("XDG_CACHE_HOME", "/c", "R3_CACHE", "/own"), home))
        .isEqualTo(Path.of("/own"));
  }
}
