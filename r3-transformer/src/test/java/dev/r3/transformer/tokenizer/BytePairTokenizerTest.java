package dev.r3.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BytePairTokenizerTest {
  @Test
  void mergesTheEarliestPairFirstAndTheLeftmostOfEquals() {
    // 256 "ab", 257 "bc", 258 "abc", 259 "aa"
    Tokenizer tokenizer =
        TokenizerFiles.readText(
            TinyTokenizers.bytePair(List.of("a b", "b c", "ab c", "a a")).toString());
    assertThat(tokenizer.encodePlain("abc")).containsExactly(258);
    assertThat(tokenizer.encodePlain("bcb")).containsExactly(257, 'b');
    assertThat(tokenizer.encodePlain("aaa")).containsExactly(259, 'a');
    assertThat(tokenizer.encodePlain("aab")).containsExactly('a', 256);
    assertThat(tokenizer.decode(new int[] {258, 259, 260}, false)).isEqualTo("abcaa<end>");
    assertThat(tokenizer.decode(new int[] {258, 259, 260}, true)).isEqualTo("abcaa");
  }

  @Test
  void mergesNeverCrossWords() {
    Tokenizer tokenizer =
        TokenizerFiles.readText(TinyTokenizers.bytePair(List.of("a 1", "1 2", "' s")).toString());
    assertThat(tokenizer.encodePlain("a12")).containsExactly('a', '1', '2');
    assertThat(tokenizer.encodePlain("x's")).containsExactly('x', 257 + 1);
    // The long s is an s to (?i:'s), so it stays with its apostrophe.
    assertThat(tokenizer.encodePlain("x'\u017F")).containsExactly('x', '\'', 0xC5, 0xBF);
  }

  @Test
  void readsBothSpellingsOfMergesAndFilesWithoutModelType() {
    ObjectNode json = TinyTokenizers.bytePair(List.of("a b", "ab c"));
    int[] ids = TokenizerFiles.readText(json.toString()).encodePlain("xabcab");
    assertThat(ids).containsExactly('x', 257, 256);
    ObjectNode model = (ObjectNode) json.get("model");
    model.remove("type");
    model.withArray("merges").removeAll().addArray().add("a").add("b");
    model.withArray("merges").addArray().add("ab").add("c");
    assertThat(TokenizerFiles.readText(json.toString()).encodePlain("xabcab")).isEqualTo(ids);
  }

  @Test
  void decodesBrokenUtf8AsTheReferenceDoes() {
    // Each byte that cannot belong to a character is one U+FFFD, a broken-off character is one.
    assertDecoded("\uFFFD\uFFFD\uFFFD", 0xED, 0xA0, 0x80);
    assertDecoded("\uFFFD\uFFFD\uFFFD\uFFFD", 0xF4, 0x90, 0x80, 0x80);
    assertDecoded("\uFFFD", 0xE4, 0xB8);
    assertDecoded("\uFFFDa", 0xF0, 0x9F, 0x98, 'a');
    assertDecoded("\uFFFD\uFFFD", 0xC0, 0x80);
    assertDecoded("\uD7FF", 0xED, 0x9F, 0xBF);
  }

  private static void assertDecoded(String expected, int... bytes) {
    Tokenizer tokenizer = TokenizerFiles.readText(TinyTokenizers.bytePair(List.of()).toString());
    assertThat(tokenizer.decode(bytes, false)).isEqualTo(expected);
  }

  @Test
  void longWordsAndRunsOfOneKindOfCharacterAreNoProblem() {
    Tokenizer tokenizer =
        TokenizerFiles.readText(TinyTokenizers.bytePair(List.of("a a", "aa aa")).toString());
    int length = 1 << 19;
    assertThat(tokenizer.encodePlain("a".repeat(length))).hasSize(length / 4);
    for (String unit : List.of(" ", "!", "\n", "\r\n ", "'s", "中", "0", "\u0301")) {
      String text = unit.repeat(length / unit.length());
      int bytes = text.getBytes(StandardCharsets.UTF_8).length;
      assertThat(tokenizer.encodePlain(text)).as(unit).hasSize(bytes);
    }
  }

  @Test
  void threadsShareATokenizer() throws InterruptedException, ExecutionException {
    Tokenizer tokenizer =
        TokenizerFiles.readText(TinyTokenizers.bytePair(List.of("a b", "1 2", "b a")).toString());
    List<String> texts =
        IntStream.range(0, 3_000)
            .mapToObj(i -> "ab" + Integer.toString(i * 7919, 36) + " aba b" + i % 13)
            .toList();
    List<int[]> expected = new ArrayList<>();
    for (String text : texts) {
      expected.add(
          TokenizerFiles.readText(TinyTokenizers.bytePair(List.of("a b", "1 2", "b a")).toString())
              .encodePlain(text));
      if (expected.size() == 50) {
        break; // fresh tokenizers, whose caches cannot have been mixed up, for some
      }
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<List<int[]>>> results = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        results.add(threads.submit(() -> texts.stream().map(tokenizer::encodePlain).toList()));
      }
      for (Future<List<int[]>> result : results) {
        for (int i = 0; i < texts.size(); i++) {
          int[] ids = result.get().get(i);
          assertThat(tokenizer.decode(ids, false)).isEqualTo(texts.get(i));
          if (i < expected.size()) {
            assertThat(ids).isEqualTo(expected.get(i));
          }
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
