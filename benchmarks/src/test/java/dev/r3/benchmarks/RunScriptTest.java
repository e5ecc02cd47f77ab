package dev.r3.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What {@code benchmarks/run} says before it starts a JVM. */
@DisabledOnOs(OS.WINDOWS)
class RunScriptTest {
  private record Result(int code, String output) {}

  private static Result run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Path.of("run").toAbsolutePath().toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  @Test
  void helpNamesBothKinds() throws Exception {
    Result result = run("--help");
    assertThat(result.code()).isZero();
    assertThat(result.output()).contains("benchmarks/run jmh -l", "benchmarks/run onnx --help");
  }

  @Test
  void anythingElseGetsTheHelpAndAnError() throws Exception {
    assertThat(run().code()).isEqualTo(2);
    assertThat(run("LinearBenchmark").code()).isEqualTo(2);
    assertThat(run("LinearBenchmark").output()).isEqualTo(run("--help").output());
  }
}
