package dev.r3.benchmarks;

import dev.r3.retrieve.index.ExactIndex;
import dev.r3.retrieve.index.Hit;
import dev.r3.tensor.Philox;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/**
 * The exact scan of the first stage: one query against 100,000 vectors of 384 numbers. It runs on
 * no backend. What is found is compared with a sort by sums in double.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 3,
    jvmArgs = {"--add-modules", "jdk.incubator.vector", "-Xms1g", "-Xmx1g", "-XX:+UseG1GC"})
public class ScanBenchmark {
  private static final int DIMENSION = 384;
  private static final double TOLERANCE = 1e-5;

  @Param("100000")
  int skills = 100_000;

  /** How many are wanted: a short list for people, or the candidates of the second stage. */
  @Param({"10", "20"})
  int k = 10;

  /** CPU threads, the caller among them; at most all cores are used. */
  @Param({"1", "2"})
  int threads = 1;

  private ExecutorService helpers;
  private ExactIndex index;
  private float[] query;

  /** Fills the index and checks what is found. */
  @Setup(Level.Trial)
  public void open() {
    helpers = Executors.newFixedThreadPool(Math.max(1, threads - 1));
    Philox random = Philox.of(1, 0, 0);
    query = unit(random);
    float[][] vectors = new float[skills][];
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < skills; i++) {
      vectors[i] = unit(random);
      ids.add("skill-%06d".formatted(i));
    }
    index = ExactIndex.of(ids, vectors);
    check(expected(ids, vectors), search());
  }

  private static float[] unit(Philox random) {
    float[] vector = random.normals(DIMENSION);
    float norm = (float) Math.sqrt(dot(vector, vector));
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] /= norm;
    }
    return vector;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private List<Hit> expected(List<String> ids, float[][] vectors) {
    return IntStream.range(0, skills)
        .mapToObj(i -> new Hit(ids.get(i), (float) dot(query, vectors[i])))
        .sorted((a, b) -> Float.compare(b.score(), a.score()))
        .limit(k)
        .toList();
  }

  static void check(List<Hit> expected, List<Hit> found) {
    if (!found.stream().map(Hit::id).toList().equals(expected.stream().map(Hit::id).toList())) {
      throw new IllegalStateException("ScanBenchmark: expected " + expected + ", got " + found);
    }
    for (int place = 0; place < found.size(); place++) {
      Check.near(
          "ScanBenchmark[" + place + "]",
          expected.get(place).score(),
          found.get(place).score(),
          TOLERANCE);
    }
  }

  @TearDown(Level.Trial)
  public void close() {
    helpers.shutdown();
  }

  /** The k best skills. */
  @Benchmark
  public List<Hit> search() {
    return threads == 1 ? index.search(query, k) : index.search(query, k, helpers);
  }
}
