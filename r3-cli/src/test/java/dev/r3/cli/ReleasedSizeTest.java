package dev.r3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.r3.tensor.Activation;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.io.DataType;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.qwen3.Qwen3Config;
import dev.r3.transformer.qwen3.RandomQwen3;
import dev.r3.transformer.qwen3.RandomQwen3.Layout;
import dev.r3.transformer.tokenizer.Encoding;
import dev.r3.transformer.tokenizer.QwenTokenizerJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random models of the released ones' shapes, stored as those are, through everything that a user
 * does with them. The real shapes take a minute or two and 2.4 GB in the temporary folder, so that
 * only this runs them:
 *
 * <pre>
 * mvn -pl r3-cli -am test -Dtest=ReleasedSizeTest -Dsurefire.failIfNoSpecifiedTests=false \
 *   -Dr3.excluded.tests= -Dr3.test.heap=2500m
 * </pre>
 */
class ReleasedSizeTest {
  private static final int CANDIDATES = 20;
  private static final int EMBEDDED = 8;
  private static final int SHARDS = 3;

  @TempDir private Path folder;
  private final Backend backend = Backends.open("java");

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void smallModelsOfTheSameKindDoAll() throws IOException {
    Qwen3Config shapes = RandomQwen3.small(QwenTokenizerJson.FEW + 26);
    write(shapes, QwenTokenizerJson.FEW);
    embed(30); // goes before the reranker comes: the heap has room for one of them
    rerank(load("reranker", () -> CrossEncoder.open(folder.resolve("reranker"), backend)), 30);
  }

  @Test
  @Tag("released-size")
  void theReleasedShapesLoadInSecondsAndFitTheHeap() throws IOException {
    write(RandomQwen3.released(), QwenTokenizerJson.ALL);
    double peak = gemmPeak();
    say("gemm peak %.1f GFLOP/s, heap limit %d MB", peak, Runtime.getRuntime().maxMemory() >> 20);
    long start = System.nanoTime();
    embed(300);
    CrossEncoder reranker =
        load("reranker", () -> CrossEncoder.open(folder.resolve("reranker"), backend));
    assertThat(reranker.encoderParameters().stream().mapToLong(p -> p.value().size()).sum())
        .isEqualTo(595_776_512L);
    double tokensPerSecond = rerank(reranker, 300);
    double flops = 2.0 * (595_776_512L - 151_669L * 1024) * tokensPerSecond / 1e9;
    say("model %.1f GFLOP/s: %.0f %% of the gemm peak", flops, 100 * flops / peak);
    say("all of it in %.1f s", seconds(start));
  }

  private void write(Qwen3Config shapes, int tokens) throws IOException {
    ObjectNode ending = QwenTokenizerJson.embedding(tokens);
    new RandomQwen3(shapes, new Layout("", false, false, DataType.BF16, SHARDS))
        .write(folder.resolve("embedding"), ending);
    new RandomQwen3(shapes, new Layout("model.", false, false, DataType.BF16, SHARDS))
        .write(folder.resolve("reranker"), QwenTokenizerJson.plain(tokens));
  }

  private <T> T load(String what, Supplier<T> open) {
    long start = System.nanoTime();
    T model = open.get();
    double seconds = seconds(start);
    say("%s loads in %.1f s", what, seconds);
    assertThat(seconds).as("seconds to load").isLessThan(10);
    return model;
  }

  private void embed(int skillTokens) {
    BiEncoder embedding =
        load("embedding model", () -> BiEncoder.open(folder.resolve("embedding"), backend));
    long checking = System.nanoTime();
    assertThat(embedding.fingerprint()).hasSize(16);
    say("a checksum of all weights takes %.1f s", seconds(checking));
    List<String> skills = texts(skillTokens).subList(0, EMBEDDED);
    long start = System.nanoTime();
    float[][] vectors = embedding.embedSkills(skills);
    long tokens = skills.stream().mapToLong(text -> embedding.tokenizeSkill(text).length()).sum();
    say("embeds %.0f tokens/s", tokens / seconds(start));
    for (float[] vector : vectors) {
      double squares = 0;
      for (float value : vector) {
        squares += value * value;
      }
      assertThat(squares).isCloseTo(1, within(1e-4));
    }
    assertThat(vectors[0]).isNotEqualTo(vectors[1]);
  }

  /** Tokens a second, those of the shared beginning counted once. */
  private static double rerank(CrossEncoder model, int skillTokens) {
    List<String> skills = texts(skillTokens);
    float[] none = new float[CANDIDATES];
    long start = System.nanoTime();
    float[] scores = model.score("book a room", skills, none);
    double seconds = seconds(start);
    assertThat(scores).doesNotHaveDuplicates().doesNotContain(Float.NaN);
    int beginning = model.tokenize("book a room", "").length() - 10;
    long tokens = beginning;
    for (String skill : skills) {
      tokens += model.tokenize("book a room", skill).length() - beginning;
    }
    say(
        "reranks %d skills of %d tokens in %.1f s: %.0f tokens/s",
        CANDIDATES, skillTokens, seconds, tokens / seconds);

    List<String> shortSkills = texts(skillTokens / 3);
    List<Encoding> whole =
        shortSkills.stream().map(skill -> model.tokenize("book a room", skill)).toList();
    start = System.nanoTime();
    float[] shared = model.score("book a room", shortSkills, none);
    double sharedSeconds = seconds(start);
    start = System.nanoTime();
    float[] apart = model.score(whole, none);
    say(
        "a shared beginning of %d tokens before %d is %.2f times as fast",
        beginning, skillTokens / 3, seconds(start) / sharedSeconds);
    assertThat(shared).usingComparatorWithPrecision(1e-3f).containsExactly(apart);
    return tokens / seconds;
  }

  /** Texts of exactly that many tokens. */
  private static List<String> texts(int tokens) {
    return IntStream.range(0, CANDIDATES)
        .mapToObj(i -> (char) ('a' + i) + String.join("", Collections.nCopies(tokens - 1, " the")))
        .toList();
  }

  private double gemmPeak() {
    int rows = 2048;
    int in = 1024;
    int out = 3072;
    Tensor x = backend.tensor(new Shape(rows, in), new float[rows * in]);
    Tensor weight = backend.tensor(new Shape(out, in), new float[out * in]);
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 12; i++) {
      try (Pass pass = Pass.inference(backend)) {
        long start = System.nanoTime();
        assertThat(pass.backend().linear(x, weight, null, Activation.IDENTITY).rows())
            .isEqualTo(rows);
        best = Math.min(best, seconds(start));
      }
    }
    return 2.0 * rows * in * out / best / 1e9;
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void say(String format, Object... values) {
    System.err.println(String.format(Locale.ROOT, format, values));
  }
}
