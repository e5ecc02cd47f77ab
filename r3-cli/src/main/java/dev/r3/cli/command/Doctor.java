package dev.r3.cli.command;

import dev.r3.cli.machine.CacheFolder;
import dev.r3.cli.machine.Machine;
import dev.r3.cli.progress.Terminal;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what R3 finds on this machine, and why a backend cannot run. */
@Command(
    name = "doctor",
    description = {
      "Shows what this machine offers: Java, memory, and which backends can compute here.",
      "Says why not where one cannot. Changes nothing, and always succeeds."
    },
    footer = {"  r3 doctor", "  r3 doctor --json"})
public final class Doctor implements Runnable {
  private final Terminal terminal;
  @Mixin private final JsonOption json = new JsonOption();

  public Doctor(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * @param auto what {@code --backend auto} computes on, or why it cannot
   * @param backends every backend on the class path
   */
  record Findings(
      String version, Machine machine, Cache cache, String auto, List<BackendFinding> backends) {}

  record BackendFinding(String name, boolean available, boolean gpu, String detail) {}

  record Cache(String folder, long freeBytes) {}

  @Override
  public void run() {
    List<BackendFinding> backends =
        Backends.providers().stream()
            .map(
                provider -> {
                  var found = provider.availability();
                  return new BackendFinding(
                      provider.name(), found.available(), found.gpu(), found.detail());
                })
            .toList();
    Findings findings =
        new Findings(Version.text(), Machine.here(), cache(CacheFolder.path()), auto(), backends);
    if (json.isOn()) {
      json.print(terminal, findings);
    } else {
      print(findings);
    }
  }

  private static String auto() {
    try (Backend backend = Backends.open("auto")) {
      return backend.name() + ": " + backend.description();
    } catch (IllegalArgumentException | IllegalStateException e) {
      return Failure.message(e);
    }
  }

  private static Cache cache(Path folder) {
    Path existing = folder;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    try {
      return new Cache(folder.toString(), Files.getFileStore(existing).getUsableSpace());
    } catch (IOException e) {
      throw new UncheckedIOException(existing + ": expected to read its free space, got " + e, e);
    }
  }

  private void print(Findings findings) {
    Machine machine = findings.machine();
    Machine.Jvm jvm = machine.jvm();
    line("R3", findings.version());
    line("Java", jvm.version() + ", " + jvm.vendor() + ", " + jvm.name());
    line("machine", machine.summary());
    line(
        "memory",
        Machine.bytes(machine.freeMemoryBytes())
            + " free; heap limit "
            + Machine.bytes(machine.heapLimitBytes())
            + (machine.heapLimitBytes() > machine.freeMemoryBytes()
                ? ", which is more than is free; hint: r3 -J-Xmx2g ..."
                : ""));
    line(
        "Vector API",
        jvm.vectorApi()
            ? "on"
            : "off: the Java backend uses plain loops; hint: java --add-modules jdk.incubator.vector");
    for (BackendFinding backend : findings.backends()) {
      line(
          "backend " + backend.name(), (backend.available() ? "yes: " : "no: ") + backend.detail());
    }
    line("backend auto", findings.auto());
    line(
        "cache",
        findings.cache().folder() + ", " + Machine.bytes(findings.cache().freeBytes()) + " free");
  }

  private void line(String name, String value) {
    terminal.out().printf("%-14s%s%n", name, value);
  }
}
