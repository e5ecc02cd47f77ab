package dev.r3.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordPieceTokenizerTest {
  private static final int UNLIMITED = Integer.MAX_VALUE;

  @TempDir Path folder;

  @Test
  void takesTheLongestKnownBeginningAndContinuations() {
    // [UNK] 0, [CLS] 1, [SEP] 2, un 3, ##aff 4, ##able 5, unaff 6, ! 7, ##a 8
    Tokenizer tokenizer =
        TokenizerFiles.readText(
            TinyTokenizers.wordPiece("un", "##aff", "##able", "unaff", "!", "##a").toString());
    assertThat(tokenizer.encodePlain("Unaffable unable! un")).containsExactly(6, 5, 3, 5, 7, 3);
    // "##ab" is not known and backtracking is not done: the word is unknown as a whole.
    assertThat(tokenizer.encodePlain("unab un")).containsExactly(0, 3);
    assertThat(tokenizer.encode("un!", UNLIMITED).ids()).containsExactly(1, 3, 7, 2);
    assertThat(tokenizer.decode(new int[] {6, 5, 7, 3}, false)).isEqualTo("unaffable! un");
    assertThat(tokenizer.vocabularySize()).isEqualTo(9);
  }

  @Test
  void wordsLongerThanTheLimitInCodePointsAreUnknown() {
    Tokenizer tokenizer =
        TokenizerFiles.readText(TinyTokenizers.wordPiece("𝔞", "##𝔞").toString());
    assertThat(tokenizer.encodePlain("𝔞".repeat(10))).hasSize(10).doesNotContain(0);
    assertThat(tokenizer.encodePlain("𝔞".repeat(11))).containsExactly(0);
  }

  @Test
  void cutsTheTextAndKeepsTheSpecialTokens() {
    Tokenizer tokenizer =
        TokenizerFiles.readText(TinyTokenizers.wordPiece("a", "b", "c").toString());
    Encoding cut = tokenizer.encode("a b c a", 4);
    assertThat(cut.ids()).containsExactly(1, 3, 4, 2);
    assertThat(cut.truncatedTokens()).isEqualTo(2);
    assertThat(tokenizer.encode("a b c a", 2).ids()).containsExactly(1, 2);
    assertThatThrownBy(() -> tokenizer.encode("a", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Tokenizer.encode: expected maxTokens of at least 2 (the special tokens), got 1");
    assertThatThrownBy(() -> tokenizer.encodePair("a", "b", 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 3 (the special tokens), got 2");
  }

  /** Room for content is the limit less 3; what is left of 3 and 5 tokens, longest first. */
  @ParameterizedTest
  @CsvSource({"11,3,5", "10,3,4", "9,3,3", "8,2,3", "7,2,2", "6,1,2", "5,1,1", "4,0,1", "3,0,0"})
  void pairsLoseTheirLongerTextFirst(int maxTokens, int first, int second) {
    Tokenizer tokenizer = TokenizerFiles.readText(TinyTokenizers.wordPiece("a", "b").toString());
    Encoding encoding = tokenizer.encodePair("a a a", "b b b b b", maxTokens);
    IntStream firsts = IntStream.generate(() -> 3).limit(first);
    IntStream seconds = IntStream.generate(() -> 4).limit(second);
    int[] expected =
        Stream.of(IntStream.of(1), firsts, IntStream.of(2), seconds, IntStream.of(2))
            .flatMapToInt(ids -> ids)
            .toArray();
    assertThat(encoding.ids()).isEqualTo(expected);
    int[] expectedTypes = new int[expected.length];
    Arrays.fill(expectedTypes, first + 2, expected.length, 1);
    assertThat(encoding.typeIds()).isEqualTo(expectedTypes);
    assertThat(encoding.truncatedTokens()).isEqualTo(8 - first - second);
  }

  @Test
  void savesEveryByteThatWasRead() throws IOException {
    // This file has a truncation and a padding, which encoding does not use.
    Tokenizer tokenizer = TokenizerFiles.read(TokenizerFiles.MINI_LM);
    tokenizer.save(folder.resolve("new/one"));
    assertThat(Files.readAllBytes(folder.resolve("new/one/tokenizer.json")))
        .isEqualTo(TokenizerFiles.bytes(TokenizerFiles.MINI_LM));
  }

  @Test
  void withLowerCaseSavesWhatItDoes() {
    WordPieceTokenizer lower =
        ((WordPieceTokenizer) TokenizerFiles.read(TokenizerFiles.BERT_ZH)).withLowerCase();
    lower.save(folder);
    Tokenizer again = Tokenizers.read(folder.resolve("tokenizer.json"));
    String text = "PDF转换成Excel, naïve Café";
    assertThat(again.encodePlain(text)).isEqualTo(lower.encodePlain(text));
    assertThat(again.decode(again.encodePlain("PDF"), false)).isEqualTo("pdf");
    JsonNode saved = TokenizerFiles.json(read(folder.resolve("tokenizer.json")));
    ObjectNode expected = TokenizerFiles.object(TokenizerFiles.BERT_ZH);
    ((ObjectNode) expected.get("normalizer")).put("lowercase", true).put("strip_accents", true);
    assertThat(saved).isEqualTo(expected);
  }

  @Test
  void withLowerCaseKeepsAccentsThatTheFileSaysToKeep() {
    ObjectNode json = TinyTokenizers.wordPiece("é", "e");
    ObjectNode normalizer = (ObjectNode) json.get("normalizer");
    normalizer.put("lowercase", false);
    assertThat(lowered(json).encodePlain("É")).containsExactly(4);
    normalizer.put("strip_accents", false);
    assertThat(lowered(json).encodePlain("É")).containsExactly(3);
  }

  private static Tokenizer lowered(ObjectNode json) {
    return ((WordPieceTokenizer) TokenizerFiles.readText(json.toString())).withLowerCase();
  }

  @Test
  void withLowerCaseOfALowerCasingTokenizerIsItself() {
    WordPieceTokenizer tokenizer =
        (WordPieceTokenizer) TokenizerFiles.readText(TinyTokenizers.wordPiece("a").toString());
    assertThat(tokenizer.withLowerCase()).isSameAs(tokenizer);
  }

  @Test
  void knowsItsTokens() {
    Tokenizer tokenizer = TokenizerFiles.read(TokenizerFiles.BERT_ZH);
    assertThat(tokenizer.vocabularySize()).isEqualTo(21128);
    assertThat(tokenizer.tokenId("[CLS]")).hasValue(101);
    assertThat(tokenizer.tokenId("##ing")).isPresent();
    assertThat(tokenizer.tokenId("no such token")).isEmpty();
    assertThatThrownBy(() -> tokenizer.decode(new int[] {21128}, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Tokenizer.decode: expected ids of a vocabulary of 21128 tokens, got 21128");
    assertThatThrownBy(() -> tokenizer.decode(new int[] {-1}, true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tellsWhichFileCannotBeReadOrWritten() throws IOException {
    Path missing = folder.resolve("none.json");
    assertThatThrownBy(() -> Tokenizers.read(missing))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith(missing + ": expected a readable tokenizer.json");
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> TokenizerFiles.read(TokenizerFiles.E5).save(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
