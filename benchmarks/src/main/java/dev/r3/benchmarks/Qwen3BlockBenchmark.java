package dev.r3.benchmarks;

import dev.r3.benchmarks.engine.RandomQwen3Weights;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Philox;
import dev.r3.tensor.Precision;
import dev.r3.tensor.Sequences;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.transformer.checkpoint.LoadOptions;
import dev.r3.transformer.checkpoint.WeightPrecision;
import dev.r3.transformer.layer.DecoderBlock;
import dev.r3.transformer.layer.Placement;
import dev.r3.transformer.qwen3.Qwen3Config;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One block of Qwen3-0.6B forward, with its weights in 32, 16 or 8 bits. The column "gflop" is
 * GFLOP/s of its matrix products with weights; attention comes on top. Random weights; the first
 * text's states are compared with those of ND4J in double.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 3,
    jvmArgs = {"--add-modules", "jdk.incubator.vector", "-Xms2g", "-Xmx2g", "-XX:+UseG1GC"})
public class Qwen3BlockBenchmark {
  /** Largest error allowed where weights are exact, and where they have 8 bits. */
  private static final double EXACT = 1e-3;

  private static final double EIGHT_BITS = 0.2;

  @Param({"java", "nd4j"})
  String backend = "java";

  /** CPU threads. */
  @Param({"1", "2"})
  int threads = 1;

  /** How the weights are held; they are BF16, which AS_STORED keeps. */
  @Param({"FULL", "AS_STORED", "INT8"})
  WeightPrecision weights = WeightPrecision.FULL;

  /** Texts and their tokens: a query, short skills, longer ones. */
  @Param({"1x16", "20x100", "8x300"})
  String texts = "1x16";

  private Backend root;
  private DecoderBlock block;
  private Placement placement;
  private Tensor x; // [tokens, hidden]
  private double gflop;

  /** Work done, which JMH divides by time. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Work {
    public double gflop;
  }

  /** Makes the block and checks what it computes. */
  @Setup(Level.Trial)
  public void open() {
    String[] form = texts.split("x");
    int[] lengths = new int[Integer.parseInt(form[0])];
    Arrays.fill(lengths, Integer.parseInt(form[1]));
    Sequences sequences = Sequences.ofLengths(lengths);
    RandomQwen3Weights random = new RandomQwen3Weights(1);
    int hidden = random.config().hiddenSize();
    root = Backends.open(backend, Precision.FLOAT32, threads);
    block = block(random, root, weights);
    placement = Placement.of(sequences);
    float[] states = Philox.of(2, 0, 0).normals(sequences.tokens() * hidden);
    x = root.tensor(new Shape(sequences.tokens(), hidden), states);
    gflop = 2e-9 * random.matrixElementsOfABlock() * sequences.tokens();

    float[] first = Arrays.copyOf(states, lengths[0] * hidden);
    check(expected(random, first, lengths[0]), Arrays.copyOf(block(), first.length), weights);
  }

  private static DecoderBlock block(
      RandomQwen3Weights random, Backend root, WeightPrecision precision) {
    Qwen3Config config = random.config();
    DecoderBlock.Sizes sizes =
        new DecoderBlock.Sizes(
            config.hiddenSize(),
            config.attention(),
            config.intermediateSize(),
            config.epsilon(),
            config.theta());
    return DecoderBlock.load(random.weights(root, LoadOptions.of(precision)), "layers.0", sizes);
  }

  private static double[] expected(RandomQwen3Weights random, float[] states, int tokens) {
    try (Backend exact = Backends.open("nd4j", Precision.FLOAT64, 0);
        Pass pass = Pass.inference(exact)) {
      Tensor input = pass.backend().tensor(new Shape(tokens, random.config().hiddenSize()), states);
      return block(random, exact, WeightPrecision.FULL)
          .apply(pass, input, Placement.of(Sequences.ofLengths(tokens)), null)
          .toDoubles();
    }
  }

  /** Eight bits are near, and not exact: else they would not be what is timed. */
  static void check(double[] expected, float[] got, WeightPrecision weights) {
    double largest = 0;
    for (int i = 0; i < got.length; i++) {
      double tolerance = weights == WeightPrecision.INT8 ? EIGHT_BITS : EXACT;
      Check.near("Qwen3BlockBenchmark[" + i + "]", expected[i], got[i], tolerance);
      largest = Math.max(largest, Math.abs(expected[i] - got[i]));
    }
    if (weights == WeightPrecision.INT8 && largest < EXACT) {
      throw new IllegalStateException(
          "Qwen3BlockBenchmark: expected weights of 8 bits, got exact results");
    }
  }

  @TearDown(Level.Trial)
  public void close() {
    root.close();
  }

  float[] block() {
    try (Pass pass = Pass.inference(root)) {
      return block.apply(pass, x, placement, null).toFloats();
    }
  }

  /** x [tokens, hidden] -> [tokens, hidden]. */
  @Benchmark
  public void block(Blackhole sink, Work work) {
    try (Pass pass = Pass.inference(root)) {
      sink.consume(block.apply(pass, x, placement, null));
    }
    work.gflop += gflop;
  }
}
