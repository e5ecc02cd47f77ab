package dev.r3.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.r3.cli.TerminalRecorder;
import dev.r3.tensor.BackendProvider;
import dev.r3.tensor.Backends;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DoctorTest {
  private final TerminalRecorder recorder = new TerminalRecorder();

  @Test
  void saysWhatTheMachineHas() {
    assertThat(doctor()).isZero();
    assertThat(recorder.out())
        .contains(
            "R3            " + Version.text(),
            "Java          " + Runtime.version(),
            "heap limit ",
            "backend auto  ",
            "cache         ");
    assertThat(recorder.out().lines()).allMatch(line -> line.matches("[^ ].{12} .+"));
  }

  @Test
  void saysOfEveryBackendWhetherItCanRunAndWhy() {
    assertThat(doctor()).isZero();
    for (BackendProvider provider : Backends.providers()) {
      BackendProvider.Availability found = provider.availability();
      assertThat(recorder.out().lines())
          .contains(
              "backend %-6s%s: %s"
                  .formatted(provider.name(), found.available() ? "yes" : "no", found.detail()));
    }
  }

  @Test
  void jsonSaysTheSameToPrograms() throws Exception {
    assertThat(doctor("--json")).isZero();
    JsonNode findings = new ObjectMapper().readTree(recorder.out());
    assertThat(findings.get("version").asText()).isEqualTo(Version.text());
    assertThat(findings.at("/machine/cores").asInt())
        .isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(findings.at("/machine/heap_limit_bytes").asLong())
        .isEqualTo(Runtime.getRuntime().maxMemory());
    assertThat(findings.at("/machine/jvm/vector_api").asBoolean())
        .isEqualTo(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    assertThat(findings.at("/machine/free_memory_bytes").asLong())
        .isPositive()
        .isLessThanOrEqualTo(findings.at("/machine/memory_bytes").asLong());
    assertThat(findings.at("/cache/free_bytes").asLong()).isPositive();
    assertThat(findings.get("auto").asText()).isNotEmpty();
    assertThat(findings.get("backends")).hasSameSizeAs(Backends.providers());
  }

  private int doctor(String... options) {
    return new CommandLine(new Doctor(recorder.terminal())).execute(options);
  }
}
