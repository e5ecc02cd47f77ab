package dev.r3.benchmarks;

import dev.r3.benchmarks.engine.Texts;
import dev.r3.cli.model.BaseModel;
import dev.r3.transformer.tokenizer.Encoding;
import dev.r3.transformer.tokenizer.Tokenizer;
import dev.r3.transformer.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Text to token ids, on one thread: whole requests and skills in Chinese and English. The columns
 * "tokens" and "characters" are per second. Decoded and encoded again, the ids must be the same.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2) // the compiler settles after five seconds
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgs = {"--add-modules", "jdk.incubator.vector", "-Xms1g", "-Xmx1g", "-XX:+UseG1GC"})
public class TokenizerBenchmark {
  private static final int MAX_TOKENS = 4096; // longer than any of the texts

  /** A base model, for WordPiece; or the path of a tokenizer.json, such as Qwen3's, for BPE. */
  @Param({"bge-small-zh-v15", "all-minilm-l6-v2"})
  String tokenizer = "bge-small-zh-v15";

  @Param("256")
  int texts = 256;

  private Tokenizer running;
  private List<String> strings;

  /** Work done, which JMH divides by time. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Work {
    public long tokens;
    public long characters;
  }

  /** Reads the tokenizer and the texts, and checks the ids. */
  @Setup(Level.Trial)
  public void open() {
    running =
        BaseModel.ids().contains(tokenizer)
            ? BaseModel.named(tokenizer).tokenizer()
            : Tokenizers.read(Path.of(tokenizer));
    strings = Texts.strings().subList(0, texts);
    for (String text : strings) {
      int[] ids = running.encodePlain(text);
      check(ids, running.encodePlain(running.decode(ids, false)));
    }
  }

  static void check(int[] ids, int[] again) {
    if (ids.length == 0 || !Arrays.equals(ids, again)) {
      throw new IllegalStateException(
          "TokenizerBenchmark: expected %s from the decoded text, got %s"
              .formatted(Arrays.toString(ids), Arrays.toString(again)));
    }
  }

  /** All texts, one after the other. */
  @Benchmark
  public void encode(Blackhole sink, Work work) {
    for (String text : strings) {
      Encoding encoding = running.encode(text, MAX_TOKENS);
      sink.consume(encoding);
      work.tokens += encoding.length();
      work.characters += text.length();
    }
  }
}
