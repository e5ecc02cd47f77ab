package dev.r3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process of its own that gets signals, on a model so small that it is quick. */
@DisabledOnOs(OS.WINDOWS)
class InterruptTest {
  @TempDir Path folder;
  private Path base;

  private record Ended(int code, List<String> err) {}

  @BeforeEach
  void model() throws IOException {
    base = TinyModels.encoder(folder.resolve("base"));
  }

  @Test
  void ctrlCStopsATrainingThatThenGoesOnToTheSameModel() throws Exception {
    Signals.assumeHeard("INT");
    Path stopped = folder.resolve("stopped");
    Ended interrupted = interrupt("INT", train(stopped));
    assertThat(interrupted.code()).isEqualTo(130);
    assertThat(interrupted.err())
        .contains("r3: stopping after the current step; once more ends at once")
        .last()
        .asString()
        .matches(
            "r3: train: stopped after step \\d+; metrics and report are in "
                + stopped
                + "; go on with the same options and --resume");
    assertThat(stopped.resolve("state/embedding.safetensors")).exists();
    assertThat(Files.readString(stopped.resolve("metrics.jsonl")))
        .contains("\"reason\":\"interrupted\"");
    assertThat(stopped.resolve("report.html")).exists();

    List<String> resume = new ArrayList<>(train(stopped));
    resume.add("--resume");
    Ended resumed = end(start(resume));
    assertThat(resumed.code()).as(resumed.err().toString()).isZero();
    Path whole = folder.resolve("whole");
    assertThat(end(start(train(whole))).code()).isZero();
    assertThat(Files.readAllBytes(stopped.resolve("embedding/model.safetensors")))
        .isEqualTo(Files.readAllBytes(whole.resolve("embedding/model.safetensors")));
  }

  @Test
  void aTerminatedDemoLeavesResultsAndReport() throws Exception {
    Path out = folder.resolve("demo");
    Ended terminated =
        interrupt("TERM", List.of("demo", "--base", base.toString(), "--out", out.toString()));
    assertThat(terminated.code()).isEqualTo(130);
    assertThat(terminated.err())
        .last()
        .asString()
        .startsWith("r3: demo: stopped in \"train R3-Embedding\" after step ");
    assertThat(out.resolve("results.json")).content().contains("\"end\" : \"stopped in ");
    assertThat(out.resolve("report.html")).content().contains("untrained base", "R3-Embedding");
  }

  private List<String> train(Path out) {
    return List.of(
        "train", "embedding", "--base", base.toString(), "--out", out.toString(), "--threads", "1");
  }

  /** Sends the signal once the training has begun. */
  private Ended interrupt(String signal, List<String> command) throws Exception {
    Process process = start(command);
    List<String> lines = new ArrayList<>();
    BufferedReader err = process.errorReader();
    for (String line = err.readLine(); line != null; line = err.readLine()) {
      lines.add(line);
      if (line.startsWith("train embedding: 1/")) {
        int sent =
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(sent).isZero();
      }
    }
    return new Ended(code(process), lines);
  }

  private Ended end(Process process) throws Exception {
    List<String> lines = process.errorReader().lines().toList();
    return new Ended(code(process), lines);
  }

  private static int code(Process process) throws InterruptedException {
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private Process start(List<String> command) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.r3.cli.Main"));
    all.addAll(command);
    all.addAll(List.of("--backend", "java"));
    return new ProcessBuilder(all)
        .directory(folder.toFile())
        .redirectOutput(folder.resolve("out").toFile())
        .start();
  }
}
