package dev.r3.benchmarks;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.tensor.Philox;
import dev.r3.tensor.Precision;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
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
 * x Wᵀ + b as layers compute it, with a weight that stays, and the two matrix products of its way
 * back. The column "gflop" is GFLOP/s. Each result is compared with sums in double.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgs = {"--add-modules", "jdk.incubator.vector", "-Xms2g", "-Xmx2g", "-XX:+UseG1GC"})
public class LinearBenchmark {
  /** Largest error allowed, for each term of a sum of products of numbers in [-1, 1). */
  private static final double ERROR_OF_A_TERM = 1e-6;

  private static final int SAMPLES = 500;

  @Param({"java", "nd4j"})
  String backend = "java";

  /** CPU threads. */
  @Param({"1", "2"})
  int threads = 1;

  /** Of all-MiniLM-L6-v2 with 16, 1024 and 4096 tokens, and one that no tile divides. */
  @Param({
    "16x384x384",
    "16x384x1536",
    "1024x384x384",
    "1024x384x1536",
    "1024x1536x384",
    "4096x384x1536",
    "17x383x385"
  })
  String shape = "16x384x384";

  private Backend root;
  private Tensor x;
  private Tensor weight;
  private Tensor bias;
  private Tensor gradOutput;

  /** Work done, which JMH divides by time. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Work {
    public double gflop;
  }

  /** One element of a result, in double. */
  interface Reference {
    double at(int row, int column);
  }

  /** Opens the backend, fills the matrices and checks the results. */
  @Setup(Level.Trial)
  public void open() {
    GemmShape sizes = GemmShape.parse(shape);
    root = Backends.open(backend, Precision.FLOAT32, threads);
    x = random(0, new Shape(sizes.rows(), sizes.inner()));
    weight = random(1, new Shape(sizes.columns(), sizes.inner()));
    bias = random(2, new Shape(sizes.columns()));
    gradOutput = random(3, new Shape(sizes.rows(), sizes.columns()));
    try (Backend scope = root.scope()) {
      checkAll(scope, sizes);
    }
  }

  private Tensor random(int stream, Shape size) {
    Philox random = Philox.of(1, stream, 0);
    float[] values = new float[size.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.uniform(-1, 1);
    }
    return root.tensor(size, values);
  }

  private void checkAll(Backend scope, GemmShape sizes) {
    float[] xs = x.toFloats();
    float[] weights = weight.toFloats();
    float[] biases = bias.toFloats();
    float[] grads = gradOutput.toFloats();
    int rows = sizes.rows();
    int inner = sizes.inner();
    int columns = sizes.columns();
    check(
        "linear",
        scope.linear(x, weight, bias, Activation.IDENTITY),
        inner + 1,
        (row, column) ->
            biases[column]
                + sum(inner, i -> (double) xs[row * inner + i] * weights[column * inner + i]));
    check(
        "gradX",
        scope.matMul(gradOutput, false, weight, false),
        columns,
        (row, i) -> sum(columns, c -> (double) grads[row * columns + c] * weights[c * inner + i]));
    check(
        "gradWeight",
        scope.matMul(gradOutput, true, x, false),
        rows,
        (column, i) ->
            sum(rows, row -> (double) grads[row * columns + column] * xs[row * inner + i]));
  }

  private static double sum(int terms, IntToDoubleFunction term) {
    return IntStream.range(0, terms).mapToDouble(term).sum();
  }

  /** Samples elements, the last corner among them, as edges are where tiles go wrong. */
  static void check(String what, Tensor result, int terms, Reference reference) {
    float[] values = result.toFloats();
    int columns = result.lastAxis();
    Philox random = Philox.of(2, 0, 0);
    for (int i = 0; i < SAMPLES; i++) {
      int element = i == 0 ? values.length - 1 : random.nextInt(values.length);
      int row = element / columns;
      int column = element % columns;
      Check.near(
          "LinearBenchmark.%s[%d, %d]".formatted(what, row, column),
          reference.at(row, column),
          values[element],
          ERROR_OF_A_TERM * terms);
    }
  }

  @TearDown(Level.Trial)
  public void close() {
    root.close();
  }

  /** x [rows, inner], weight [columns, inner] -> [rows, columns]. */
  @Benchmark
  public void linear(Blackhole sink, Work work) {
    try (Backend scope = root.scope()) {
      sink.consume(scope.linear(x, weight, bias, Activation.IDENTITY));
    }
    work.gflop += gflop();
  }

  /** gradOutput [rows, columns], weight [columns, inner] -> [rows, inner]. */
  @Benchmark
  public void gradX(Blackhole sink, Work work) {
    try (Backend scope = root.scope()) {
      sink.consume(scope.matMul(gradOutput, false, weight, false));
    }
    work.gflop += gflop();
  }

  /** gradOutputᵀ [columns, rows], x [rows, inner] -> [columns, inner]. */
  @Benchmark
  public void gradWeight(Blackhole sink, Work work) {
    try (Backend scope = root.scope()) {
      sink.consume(scope.matMul(gradOutput, true, x, false));
    }
    work.gflop += gflop();
  }

  private double gflop() {
    return 2e-9 * x.rows() * x.lastAxis() * weight.rows();
  }
}
