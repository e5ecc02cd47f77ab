package dev.r3.benchmarks.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.r3.benchmarks.engine.TextEngine;
import dev.r3.benchmarks.engine.Texts;
import dev.r3.cli.model.BaseModel;
import dev.r3.transformer.tokenizer.Encoding;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxComparisonTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return OnnxComparison.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        arguments);
  }

  @Test
  void comparesByTurnsAndWritesAllValues(@TempDir Path folder) throws Exception {
    Path json = folder.resolve("values.json");
    int code =
        run(
            ("--model bge-small-zh-v15 --threads 1 --texts 1x16,ragged2 --rounds 3 --millis 1"
                    + " --warmup 1 --json "
                    + json)
                .split(" "));
    assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("Exception");
    assertThat(code).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("R3 java (CPU, ", "ONNX Runtime 1.")
        .containsPattern("\\| 1x16 \\| 16 \\| 1 \\| one batch \\|")
        .containsPattern("\\| ragged2 \\| \\d+ \\| 1 \\| one batch \\|")
        .containsPattern("\\| ragged2 \\| \\d+ \\| 1 \\| sorted, 8 at a time \\|")
        .doesNotContain("1x16 | 16 | 1 | sorted");
    JsonNode rows = new ObjectMapper().readTree(json.toFile()).get("rows");
    assertThat(rows).hasSize(3);
    for (JsonNode row : rows) {
      assertThat(row.get("ours_ms")).hasSize(3).allMatch(value -> value.doubleValue() > 0);
      assertThat(row.get("theirs_ms")).hasSize(3).allMatch(value -> value.doubleValue() > 0);
    }
  }

  @Test
  void eachEngineIsMeasuredInJvmsOfItsOwn() {
    Case wanted = new Case("java", BaseModel.BGE_SMALL_ZH, "1x16", 1);
    List<Samples> samples =
        new SeparateForks(1, new Effort(2, 1, 1, Effort.Clock.ELAPSED)).measure(wanted);
    assertThat(samples).hasSize(2);
    assertThat(samples)
        .allMatch(engine -> engine.values().size() == 2)
        .allMatch(engine -> engine.lowerQuartile() > 0);
  }

  @Test
  void anEngineWithOtherVectorsIsNotTimed() {
    List<Encoding> texts = Texts.of("1x16", BaseModel.BGE_SMALL_ZH);
    try (TextEngine right = TextEngine.open("java", BaseModel.BGE_SMALL_ZH, 1)) {
      ByTurns turns = new ByTurns(new Effort(1, 1, 1, Effort.Clock.ELAPSED));
      assertThat(turns.measure(List.of(right, right), texts)).hasSize(2);
      assertThatThrownBy(() -> turns.measure(List.of(right, new Nudged(right)), texts))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("ByTurns(nudged)[0][7]: expected ");
    }
  }

  /** Another engine's vectors with one coordinate a little off. */
  private record Nudged(TextEngine engine) implements TextEngine {
    @Override
    public String description() {
      return "nudged";
    }

    @Override
    public float[][] embed(List<Encoding> texts) {
      float[][] vectors = engine.embed(texts);
      vectors[0][7] += 2e-4f;
      return vectors;
    }

    @Override
    public void close() {}
  }

  @Test
  void quartilesAreInterpolated() {
    Samples samples = new Samples(List.of(4.0, 1.0, 3.0, 2.0));
    assertThat(samples.median()).isEqualTo(2.5);
    assertThat(samples.lowerQuartile()).isEqualTo(1.75);
    assertThat(samples.upperQuartile()).isEqualTo(3.25);
    assertThat(new Samples(List.of(5.0)).upperQuartile()).isEqualTo(5);
    assertThatThrownBy(() -> new Samples(List.of()))
        .hasMessage("Samples: expected at least one value, got none");
  }

  @Test
  void ratiosAreOfTheSameRound() {
    Samples ours = new Samples(List.of(1.0, 10.0, 2.0));
    Samples theirs = new Samples(List.of(2.0, 20.0, 4.0));
    assertThat(theirs.dividedBy(ours).values()).containsExactly(2.0, 2.0, 2.0);
    Case measured = new Case("java", BaseModel.ALL_MINILM_L6, "1x16", 1);
    assertThat(new Comparison(measured, TextEngine.ONNX_RUNTIME, ours, theirs).row())
        .isEqualTo(
            "| 1x16 | 16 | 1 | one batch | 2.00 [1.50, 6.00] | 4.00 [3.00, 12.00] | **2.00** [2.00,"
                + " 2.00] |");
  }

  @Test
  void cpuTimeIsThatOfThisProcess() {
    long before = Effort.Clock.CPU.nanos();
    double sum = 0;
    for (int i = 0; i < 30_000_000; i++) {
      sum += Math.sqrt(i);
    }
    assertThat(Effort.Clock.CPU.nanos() - before).isPositive();
    assertThat(sum).isCloseTo(2.0 / 3 * Math.pow(30_000_000, 1.5), within(1e9));
  }

  @Test
  void wrongOptionsAreNamed() {
    assertThat(run("--rounds", "many")).isEqualTo(2);
    assertThat(run("--model", "bert", "--rounds", "1")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("Invalid value for option '--rounds'")
        .contains("benchmarks: BaseModel: expected one of bge-small-zh-v15, ");
    assertThat(run("--rounds", "0")).isEqualTo(1);
    assertThat(run("--forks", "1", "--clock", "cpu")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("benchmarks: Effort: expected at least 1 round and 1 ms, got 0 rounds")
        .contains("benchmarks: OnnxComparison: expected --clock elapsed with --forks, got CPU");
  }
}
