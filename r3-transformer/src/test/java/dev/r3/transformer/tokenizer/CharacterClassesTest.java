package dev.r3.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import org.junit.jupiter.api.Test;

/** Where the library's Unicode tables and the JDK's part ways, the library's count. */
class CharacterClassesTest {
  @Test
  void accentsNewerThanTheLibrarysTableStay() {
    BertNormalizer normalizer = new BertNormalizer(true, true, true, true);
    assertThat(Character.getType(0x1DF6)).isEqualTo(Character.NON_SPACING_MARK);
    assertThat(normalizer.apply("e\u0301\u1DF6")).isEqualTo("e\u1DF6");
  }

  @Test
  void unassignedCharactersStayAndPrivateOnesGo() {
    BertNormalizer normalizer = new BertNormalizer(true, true, true, true);
    assertThat(normalizer.apply("a\u0378b\uE000c\u0000d\uFFFD")).isEqualTo("a\u0378bcd");
    assertThat(normalizer.apply("a\u0085b\u2028c\td")).isEqualTo("ab c d");
  }

  @Test
  void lowerCaseIsPerCharacter() {
    BertNormalizer normalizer = new BertNormalizer(true, false, false, true);
    assertThat(normalizer.apply("ΟΔΟΣ İI")).isEqualTo("οδοσ i\u0307i");
  }

  @Test
  void marksNewerThanTheLibrarysTableDoNotMove() {
    String marks = "a\u0345\u1DF6";
    assertThat(Normalizer.normalize(marks, Normalizer.Form.NFC)).isEqualTo("a\u1DF6\u0345");
    assertThat(UnicodeNormalizer.normalize(marks, Normalizer.Form.NFC)).isEqualTo(marks);
    assertThat(UnicodeNormalizer.normalize("e\u0301\u1DF6e\u0301", Normalizer.Form.NFC))
        .isEqualTo("é\u1DF6é");
  }

  @Test
  void lettersOfLaterUnicodeVersionsAreMatchedAsLetters() {
    assertThat(CharacterClasses.of(0x31350) & CharacterClasses.LETTER).isNotZero();
    String matchable = SplitPattern.matchable("a\uD884\uDF50 \uA7CB1");
    assertThat(matchable).hasSize(6);
    assertThat(matchable.codePointAt(1)).matches(Character::isLetter);
    assertThat(matchable.codePointAt(4)).matches(Character::isLetter);
    assertThat(SplitPattern.matchable("ab 中 1é")).isEqualTo("ab 中 1é");
  }
}
