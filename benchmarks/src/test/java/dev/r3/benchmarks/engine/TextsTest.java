package dev.r3.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.cli.model.BaseModel;
import dev.r3.transformer.tokenizer.Encoding;
import java.lang.Character.UnicodeScript;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextsTest {
  @Test
  void equalTextsHaveThatLength() {
    List<Encoding> texts = Texts.of("32x128", BaseModel.BGE_SMALL_ZH);
    assertThat(texts).hasSize(32).allMatch(text -> text.length() == 128);
  }

  @Test
  void raggedTextsAreOfManyLengthsAndTheSameEveryTime() {
    List<Encoding> texts = Texts.of("ragged32", BaseModel.ALL_MINILM_L6);
    assertThat(texts).hasSize(32).allMatch(text -> text.length() <= Texts.RAGGED_TOKENS);
    assertThat(texts.stream().mapToInt(Encoding::length).distinct().count()).isGreaterThan(10);
    List<Encoding> again = Texts.of("ragged32", BaseModel.ALL_MINILM_L6);
    for (int i = 0; i < 32; i++) {
      assertThat(again.get(i).ids()).isEqualTo(texts.get(i).ids());
    }
  }

  @Test
  void languagesTakeTurns() {
    List<String> texts = Texts.strings();
    for (int i = 0; i < 64; i += 4) {
      assertThat(isChinese(texts.get(i))).as(texts.get(i)).isTrue();
      assertThat(isChinese(texts.get(i + 1))).as(texts.get(i + 1)).isFalse();
      assertThat(isChinese(texts.get(i + 2))).as(texts.get(i + 2)).isFalse();
      assertThat(isChinese(texts.get(i + 3))).as(texts.get(i + 3)).isTrue();
    }
  }

  private static boolean isChinese(String text) {
    long han = text.codePoints().filter(c -> UnicodeScript.of(c) == UnicodeScript.HAN).count();
    return han > text.length() / 5;
  }

  @Test
  void otherFormsAreNamed() {
    assertThatThrownBy(() -> Texts.of("many", BaseModel.ALL_MINILM_L6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Texts: expected a form like 32x128 or ragged32, got many");
    assertThatThrownBy(() -> Texts.of("100000x16", BaseModel.ALL_MINILM_L6))
        .hasMessageMatching("Texts: expected at most \\d+ texts of that length, got 100000x16");
  }
}
