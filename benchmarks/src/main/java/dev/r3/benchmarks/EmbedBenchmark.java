package dev.r3.benchmarks;

import dev.r3.benchmarks.engine.TextEngine;
import dev.r3.benchmarks.engine.Texts;
import dev.r3.cli.model.BaseModel;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
 * From token ids to unit vectors: one query, and batches of real Chinese and English texts. R3's
 * vectors are compared with those of ONNX Runtime, and the other way round.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 3,
    jvmArgs = {"--add-modules", "jdk.incubator.vector", "-Xms2g", "-Xmx2g", "-XX:+UseG1GC"})
public class EmbedBenchmark {
  static final double TOLERANCE = 1e-4;

  /** A backend of R3; or onnxruntime (one padded batch), onnxruntime-sorted (batches of alike). */
  @Param({"java", "nd4j"})
  String engine = "java";

  /** CPU threads. */
  @Param({"1", "2"})
  int threads = 1;

  @Param({"ALL_MINILM_L6", "BGE_SMALL_ZH"})
  BaseModel model = BaseModel.ALL_MINILM_L6;

  /** Texts x tokens, or so many texts of 4 to 256 tokens. */
  @Param({"1x16", "ragged32", "ragged64"})
  String texts = "1x16";

  private TextEngine running;
  private List<Encoding> encodings;

  /** Loads the model and the texts, and compares the vectors. */
  @Setup(Level.Trial)
  public void open() {
    encodings = Texts.of(texts, model);
    running = TextEngine.open(engine, model, threads);
    try (TextEngine other = TextEngine.open(other(), model, 1)) {
      float[][] vectors = running.embed(encodings);
      Check.unitRows("EmbedBenchmark", vectors);
      Check.near("EmbedBenchmark", other.embed(encodings), vectors, TOLERANCE);
    }
  }

  private String other() {
    return TextEngine.isOnnxRuntime(engine) ? "java" : TextEngine.ONNX_RUNTIME;
  }

  @TearDown(Level.Trial)
  public void close() {
    running.close();
  }

  /** One vector for each text. */
  @Benchmark
  public float[][] embed() {
    return running.embed(encodings);
  }
}
