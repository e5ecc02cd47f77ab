package dev.r3.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.r3.benchmarks.engine.Texts;
import dev.r3.cli.model.BaseModel;
import dev.r3.retrieve.index.Hit;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.tensor.Shape;
import dev.r3.transformer.checkpoint.WeightPrecision;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Benchmarks compute what they say, notice when they do not, and pin what they run on. */
class BenchmarksTest {
  @ParameterizedTest
  @CsvSource({"java, 17x383x385", "java, 1x1x1", "nd4j, 17x383x385", "nd4j, 1x1x1"})
  void linearChecksItselfAndRuns(String backend, String shape) {
    LinearBenchmark benchmark = new LinearBenchmark();
    benchmark.backend = backend;
    benchmark.shape = shape;
    benchmark.open();
    Blackhole sink = sink();
    LinearBenchmark.Work work = new LinearBenchmark.Work();
    benchmark.linear(sink, work);
    benchmark.gradX(sink, work);
    benchmark.gradWeight(sink, work);
    benchmark.close();
    GemmShape sizes = GemmShape.parse(shape);
    assertThat(work.gflop)
        .isCloseTo(6e-9 * sizes.rows() * sizes.inner() * sizes.columns(), withinPercentage(1e-6));
  }

  @Test
  void aWrongProductIsNotTimed() {
    try (Backend backend = Backends.open("java")) {
      assertThatThrownBy(
              () ->
                  LinearBenchmark.check(
                      "linear",
                      backend.tensor(new Shape(1, 2), new float[] {1, 2.1f}),
                      1,
                      (row, column) -> column + 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(
              "LinearBenchmark.linear[0, 1]: expected 2.0 within 1.0E-6, got 2.09");
    }
  }

  @Test
  void shapesAreThreeNumbers() {
    assertThat(GemmShape.parse("1024x384x1536")).isEqualTo(new GemmShape(1024, 384, 1536));
    assertThatThrownBy(() -> GemmShape.parse("1024x384"))
        .hasMessage("GemmShape: expected ROWSxINNERxCOLUMNS, such as 1024x384x1536, got 1024x384");
  }

  @ParameterizedTest
  @CsvSource({"java, ragged2", "nd4j, 1x16", "onnxruntime, 1x16", "onnxruntime-sorted, ragged9"})
  void embedChecksItselfAndRuns(String engine, String texts) {
    EmbedBenchmark benchmark = new EmbedBenchmark();
    benchmark.engine = engine;
    benchmark.texts = texts;
    benchmark.open();
    float[][] vectors = benchmark.embed();
    benchmark.close();
    assertThat(vectors).hasDimensions(Integer.parseInt(texts.replaceAll("ragged|x16", "")), 384);
  }

  @ParameterizedTest
  @ValueSource(strings = {"java", "nd4j"})
  void rerankChecksItselfAndRuns(String backend) {
    RerankBenchmark benchmark = new RerankBenchmark();
    benchmark.backend = backend;
    benchmark.pairTokens = 32;
    benchmark.open();
    float[] scores = benchmark.score();
    benchmark.close();
    assertThat(scores).hasSize(20);
    assertThat(scores[0]).as("the first similarity alone").isNotEqualTo(20);
  }

  @Test
  void aWrongNumberIsNotTimed() {
    assertThatThrownBy(() -> Check.near("x", new float[] {0, 1}, new float[] {0, 0.5f}, 0.1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("x[1]: expected 1.0 within 0.1, got 0.5");
    assertThatThrownBy(() -> Check.near("x", new float[1], new float[] {Float.NaN}, 0.1))
        .hasMessage("x[0]: expected 0.0 within 0.1, got NaN");
    assertThatThrownBy(() -> Check.near("x", new float[1], new float[2], 0.1))
        .hasMessage("x: expected 1 numbers, got 2");
    assertThatThrownBy(() -> Check.near("x", new float[1][2], new float[2][2], 0.1))
        .hasMessage("x: expected 1 rows, got 2");
    assertThatThrownBy(() -> Check.unitRows("x", new float[][] {{0.6f, 0.8f}, {1, 1}}))
        .hasMessage("x[1] squared length: expected 1.0 within 1.0E-4, got 2.0");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void scanChecksItselfAndRuns(int threads) {
    ScanBenchmark benchmark = new ScanBenchmark();
    benchmark.skills = 9000; // more than one thread's share
    benchmark.threads = threads;
    benchmark.open();
    List<Hit> hits = benchmark.search();
    benchmark.close();
    assertThat(hits).hasSize(10);
  }

  @Test
  void aWrongHitIsNotTimed() {
    List<Hit> expected = List.of(new Hit("a", 0.9f), new Hit("b", 0.8f));
    ScanBenchmark.check(expected, expected);
    assertThatThrownBy(
            () -> ScanBenchmark.check(expected, List.of(expected.get(1), expected.get(0))))
        .hasMessageStartingWith("ScanBenchmark: expected [Hit[id=a");
    assertThatThrownBy(
            () -> ScanBenchmark.check(expected, List.of(expected.get(0), new Hit("b", 0.7f))))
        .hasMessageStartingWith("ScanBenchmark[1]: expected 0.8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"java", "nd4j"})
  void aTrainingStepChecksItsGradientAndLeavesTheModelAsItIs(String backend) {
    TrainingStepBenchmark benchmark = new TrainingStepBenchmark();
    benchmark.backend = backend;
    benchmark.skills = 4;
    benchmark.open();
    double first = benchmark.step();
    double second = benchmark.step();
    benchmark.close();
    assertThat(second).isEqualTo(first).isPositive();
  }

  @Test
  void aWrongGradientIsNotTimed() {
    TrainingStepBenchmark.checkChange(0.02, 0.0201);
    assertThatThrownBy(() -> TrainingStepBenchmark.checkChange(0.02, 0.015))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("TrainingStepBenchmark change of the loss: expected 0.02");
  }

  @ParameterizedTest
  @CsvSource({"java, FULL, 1x16", "java, AS_STORED, 2x5", "java, INT8, 1x16", "nd4j, FULL, 2x5"})
  void aQwen3BlockChecksItselfAndRuns(String backend, WeightPrecision weights, String texts) {
    Qwen3BlockBenchmark benchmark = new Qwen3BlockBenchmark();
    benchmark.backend = backend;
    benchmark.weights = weights;
    benchmark.texts = texts;
    benchmark.open();
    Qwen3BlockBenchmark.Work work = new Qwen3BlockBenchmark.Work();
    benchmark.block(sink(), work);
    benchmark.close();
    int tokens = texts.equals("1x16") ? 16 : 10;
    int matrices = 1024 * (2048 + 1024 + 1024 + 2048) + 3 * 1024 * 3072;
    assertThat(work.gflop).isCloseTo(2e-9 * tokens * matrices, withinPercentage(1e-6));
  }

  @Test
  void aWrongBlockIsNotTimed() {
    double[] expected = {1, -2};
    Qwen3BlockBenchmark.check(expected, new float[] {1, -2}, WeightPrecision.AS_STORED);
    Qwen3BlockBenchmark.check(expected, new float[] {1.01f, -2}, WeightPrecision.INT8);
    assertThatThrownBy(
            () ->
                Qwen3BlockBenchmark.check(expected, new float[] {1.01f, -2}, WeightPrecision.FULL))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Qwen3BlockBenchmark[0]: expected 1.0 within 0.001");
    assertThatThrownBy(
            () -> Qwen3BlockBenchmark.check(expected, new float[] {1, -2}, WeightPrecision.INT8))
        .hasMessage("Qwen3BlockBenchmark: expected weights of 8 bits, got exact results");
  }

  @ParameterizedTest
  @ValueSource(strings = {"java", "nd4j"})
  void aSharedPrefixChecksItselfAndRuns(String backend) {
    Qwen3PrefixBenchmark benchmark = new Qwen3PrefixBenchmark();
    benchmark.backend = backend;
    benchmark.skillTokens = 3;
    benchmark.open();
    float[] states = benchmark.sharedPrefix();
    benchmark.close();
    assertThat(states).hasSize(20 * 1024);
  }

  @Test
  void tokenizerChecksItselfAndRuns(@TempDir Path folder) {
    BaseModel.BGE_SMALL_ZH.tokenizer().save(folder);
    TokenizerBenchmark.Work named = tokenized("bge-small-zh-v15");
    TokenizerBenchmark.Work fromFile = tokenized(folder.resolve("tokenizer.json").toString());
    assertThat(named.characters)
        .isEqualTo(Texts.strings().subList(0, 8).stream().mapToLong(String::length).sum());
    assertThat(named.tokens).isPositive().isEqualTo(fromFile.tokens);
  }

  private static TokenizerBenchmark.Work tokenized(String tokenizer) {
    TokenizerBenchmark benchmark = new TokenizerBenchmark();
    benchmark.tokenizer = tokenizer;
    benchmark.texts = 8;
    benchmark.open();
    TokenizerBenchmark.Work work = new TokenizerBenchmark.Work();
    benchmark.encode(sink(), work);
    return work;
  }

  @Test
  void wrongIdsAreNotTimed() {
    TokenizerBenchmark.check(new int[] {1, 2}, new int[] {1, 2});
    assertThatThrownBy(() -> TokenizerBenchmark.check(new int[] {1, 2}, new int[] {1, 3}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("TokenizerBenchmark: expected [1, 2] from the decoded text, got [1, 3]");
    assertThatThrownBy(() -> TokenizerBenchmark.check(new int[0], new int[0]))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Blackhole sink() {
    return new Blackhole(
        "Today's password is swordfish. I understand instantiating Blackholes directly is"
            + " dangerous.");
  }

  @Test
  void jmhFindsAndRunsThem() throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include("ScanBenchmark")
            .param("skills", "100")
            .param("k", "10")
            .param("threads", "1")
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(1))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
    RunResult result = new Runner(options).runSingle();
    assertThat(result.getPrimaryResult().getScore()).isPositive();
  }

  @Test
  void everyBenchmarkPinsItsJvm() {
    Set<BenchmarkListEntry> all =
        BenchmarkList.defaultList()
            .getAll(
                OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                List.of());
    assertThat(all).hasSizeGreaterThanOrEqualTo(8);
    for (BenchmarkListEntry benchmark : all) {
      assertThat(benchmark.getForks().get()).as(benchmark.getUsername()).isEqualTo(3);
      assertThat(benchmark.getWarmupIterations().get()).isEqualTo(5);
      assertThat(benchmark.getMeasurementIterations().get()).isEqualTo(5);
      List<String> flags = List.copyOf(benchmark.getJvmArgs().get());
      assertThat(flags)
          .as(benchmark.getUsername())
          .containsSubsequence("--add-modules", "jdk.incubator.vector")
          .contains("-XX:+UseG1GC");
      String heap =
          flags.stream().filter(flag -> flag.startsWith("-Xms")).findFirst().orElseThrow();
      assertThat(flags).contains(heap.replace("-Xms", "-Xmx"));
    }
  }
}
