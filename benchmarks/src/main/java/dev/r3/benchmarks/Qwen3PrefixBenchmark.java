package dev.r3.benchmarks;

import dev.r3.benchmarks.engine.RandomQwen3Weights;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Philox;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Precision;
import dev.r3.transformer.TokenBatch;
import dev.r3.transformer.checkpoint.LoadOptions;
import dev.r3.transformer.checkpoint.WeightPrecision;
import dev.r3.transformer.qwen3.Qwen3Decoder;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.ArrayList;
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
 * 20 prompts of one query through four blocks of Qwen3-0.6B: what they share, 60 tokens, computed
 * once or with each of them. Random weights in BF16, as the released models are; both ways must
 * agree.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 3,
    jvmArgs = {"--add-modules", "jdk.incubator.vector", "-Xms2g", "-Xmx2g", "-XX:+UseG1GC"})
public class Qwen3PrefixBenchmark {
  private static final int BLOCKS = 4;
  private static final int PREFIX = 60; // system text, instruction and a short query
  private static final int CANDIDATES = 20;
  private static final double TOLERANCE = 1e-3;

  @Param({"java", "nd4j"})
  String backend = "java";

  /** CPU threads. */
  @Param({"1", "2"})
  int threads = 1;

  /** Tokens of each skill. */
  @Param({"100", "300"})
  int skillTokens = 100;

  private Backend root;
  private Qwen3Decoder decoder;
  private int[] beginning;
  private TokenBatch rests;
  private TokenBatch whole;

  /** Makes the decoder and the prompts, and compares both ways. */
  @Setup(Level.Trial)
  public void open() {
    RandomQwen3Weights random = new RandomQwen3Weights(BLOCKS);
    root = Backends.open(backend, Precision.FLOAT32, threads);
    decoder = random.decoder(root, LoadOptions.of(WeightPrecision.AS_STORED));
    Philox tokens = Philox.of(3, 0, 0);
    beginning = tokens(tokens, random, PREFIX);
    List<Encoding> own = new ArrayList<>();
    List<Encoding> prompts = new ArrayList<>();
    for (int i = 0; i < CANDIDATES; i++) {
      int[] skill = tokens(tokens, random, skillTokens);
      int[] prompt = new int[PREFIX + skillTokens];
      System.arraycopy(beginning, 0, prompt, 0, PREFIX);
      System.arraycopy(skill, 0, prompt, PREFIX, skillTokens);
      own.add(new Encoding(skill, new int[skillTokens], 0));
      prompts.add(new Encoding(prompt, new int[prompt.length], 0));
    }
    rests = TokenBatch.of(own);
    whole = TokenBatch.of(prompts);
    Check.near("Qwen3PrefixBenchmark", wholePrompts(), sharedPrefix(), TOLERANCE);
  }

  private static int[] tokens(Philox random, RandomQwen3Weights weights, int count) {
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = random.nextInt(weights.config().vocabularySize());
    }
    return ids;
  }

  @TearDown(Level.Trial)
  public void close() {
    root.close();
  }

  /** The last states of all prompts, [candidates, hidden], with their beginning computed once. */
  @Benchmark
  public float[] sharedPrefix() {
    try (Pass pass = Pass.inference(root)) {
      Qwen3Decoder.Prefix prefix = decoder.prefix(pass, beginning);
      return decoder.last(pass, prefix, rests).toFloats();
    }
  }

  /** The same, with the beginning computed for each prompt. */
  @Benchmark
  public float[] wholePrompts() {
    try (Pass pass = Pass.inference(root)) {
      return decoder.pooled(pass, whole, Pooling.LAST).toFloats();
    }
  }
}
