package dev.r3.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class TokenizerPropertiesTest {
  private static final int UNLIMITED = Integer.MAX_VALUE;

  private static final Tokenizer WORD_PIECE = TokenizerFiles.read(TokenizerFiles.BERT_ZH);
  private static final Tokenizer BYTE_PAIR =
      TokenizerFiles.readText(
          TinyTokenizers.bytePair(
                  List.of("t h", "th e", "Ġ the", "Ġ Ġ", "Ã ©", "ä ¸", "a b", "Ċ Ċ"))
              .toString());

  /** Any code units, surrogates without their other half among them. */
  @Provide
  Arbitrary<String> anyText() {
    Arbitrary<String> units =
        Arbitraries.chars()
            .range(Character.MIN_VALUE, Character.MAX_VALUE)
            .list()
            .ofMaxSize(30)
            .map(TokenizerPropertiesTest::join);
    Arbitrary<String> surrogates =
        Arbitraries.chars()
            .range('\uD7F0', '\uE00F')
            .list()
            .ofMaxSize(12)
            .map(TokenizerPropertiesTest::join);
    Arbitrary<String> words =
        Arbitraries.of(
                "the", " ", "\n", "é", "e\u0301", "中文", "😀", "[CLS]", "[SEP]", "<end>", "'S", "1",
                "\t")
            .list()
            .ofMaxSize(20)
            .map(parts -> String.join("", parts));
    return Arbitraries.oneOf(units, surrogates, words);
  }

  private static String join(List<Character> characters) {
    StringBuilder text = new StringBuilder();
    characters.forEach(text::append);
    return text.toString();
  }

  @Property
  void anyTextCanBeEncodedAndDecoded(@ForAll("anyText") String text) {
    for (Tokenizer tokenizer : List.of(WORD_PIECE, BYTE_PAIR)) {
      int[] ids = tokenizer.encodePlain(text);
      assertThat(Arrays.stream(ids)).allMatch(id -> id >= 0 && id < tokenizer.vocabularySize());
      assertThat(tokenizer.decode(ids, true)).isNotNull();
    }
  }

  @Property
  void truncationKeepsTheBeginningAndCountsTheRest(
      @ForAll("anyText") String text, @ForAll @IntRange(min = 2, max = 40) int maxTokens) {
    int[] plain = WORD_PIECE.encodePlain(text);
    Encoding cut = WORD_PIECE.encode(text, maxTokens);
    assertThat(cut.length()).isEqualTo(Math.min(maxTokens, plain.length + 2));
    assertThat(cut.truncatedTokens()).isEqualTo(plain.length + 2 - cut.length());
    assertThat(cut.ids()[0]).isEqualTo(101);
    assertThat(cut.ids()[cut.length() - 1]).isEqualTo(102);
    assertThat(Arrays.copyOfRange(cut.ids(), 1, cut.length() - 1))
        .isEqualTo(Arrays.copyOf(plain, cut.length() - 2));
  }

  @Property
  void pairTruncationSparesTheShorterText(
      @ForAll("anyText") String first,
      @ForAll("anyText") String second,
      @ForAll @IntRange(min = 3, max = 40) int maxTokens) {
    int firstSize = WORD_PIECE.encodePlain(first).length;
    int secondSize = WORD_PIECE.encodePlain(second).length;
    Encoding whole = WORD_PIECE.encodePair(first, second, UNLIMITED);
    assertThat(whole.length()).isEqualTo(firstSize + secondSize + 3);
    Encoding cut = WORD_PIECE.encodePair(first, second, maxTokens);
    assertThat(cut.length()).isEqualTo(Math.min(maxTokens, whole.length()));
    assertThat(cut.truncatedTokens()).isEqualTo(whole.length() - cut.length());
    int keptSecond = Arrays.stream(cut.typeIds()).sum() - 1;
    int keptFirst = cut.length() - 3 - keptSecond;
    assertThat(keptFirst).isLessThanOrEqualTo(firstSize);
    assertThat(keptSecond).isLessThanOrEqualTo(secondSize);
    // A text that was cut is not shorter than the other one, but for the odd token.
    if (keptFirst < firstSize) {
      assertThat(keptFirst).isGreaterThanOrEqualTo(keptSecond - 1);
    }
    if (keptSecond < secondSize) {
      assertThat(keptSecond).isGreaterThanOrEqualTo(keptFirst - 1);
    }
  }

  @Property
  void bytePairDecodingGivesTheNormalisedTextBack(@ForAll("anyText") String text) {
    String normalised = UnicodeNormalizer.normalize(WellFormed.of(text), Normalizer.Form.NFC);
    int[] ids = BYTE_PAIR.encodePlain(text);
    assertThat(BYTE_PAIR.decode(ids, false)).isEqualTo(normalised);
    assertThat(BYTE_PAIR.encodePlain(normalised)).isEqualTo(ids);
  }

  /** Both know all of these characters, so the library's normal form is the JDK's. */
  @Property
  void normalFormsOfOldCharactersAreTheJdks(
      @ForAll("oldText") String text, @ForAll Normalizer.Form form) {
    assertThat(UnicodeNormalizer.normalize(text, form)).isEqualTo(Normalizer.normalize(text, form));
  }

  @Provide
  Arbitrary<String> oldText() {
    return Arbitraries.strings().withCharRange('\0', '\u07B1').ofMaxLength(20);
  }

  @Property
  void unpairedSurrogatesAreReadAsTheReplacementCharacter(@ForAll("anyText") String text) {
    String repaired = WellFormed.of(text);
    assertThat(WellFormed.is(repaired)).isTrue();
    assertThat(repaired).hasSameSizeAs(text);
    for (Tokenizer tokenizer : List.of(WORD_PIECE, BYTE_PAIR)) {
      assertThat(tokenizer.encodePlain(text)).isEqualTo(tokenizer.encodePlain(repaired));
    }
  }
}
