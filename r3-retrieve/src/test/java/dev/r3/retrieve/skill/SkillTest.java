package dev.r3.retrieve.skill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SkillTest {

  @Test
  void splitsAtTheFirstTwoSeparatorsOnly() {
    assertThat(Skill.parse("s", "pdf | Reads PDF. | a | b || c"))
        .isEqualTo(new Skill("s", "pdf", "Reads PDF.", "a | b || c"));
  }

  @Test
  void aTextWithFewerSeparatorsHasNoBody() {
    assertThat(Skill.parse("s", "pdf | Reads PDF."))
        .isEqualTo(new Skill("s", "pdf", "Reads PDF.", ""));
    assertThat(Skill.parse("s", "pdf")).isEqualTo(new Skill("s", "pdf", "", ""));
    assertThat(Skill.parse("s", "pdf").text()).isEqualTo("pdf |  | ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a | b | c", "a | b | ", "a |  | c", " |  | c", "a|b | c|d | e | f"})
  void textUndoesParseOfThreeFields(String text) {
    assertThat(Skill.parse("s", text).text()).isEqualTo(text);
  }

  @Property
  void parseUndoesText(@ForAll("fields") String name, @ForAll("fields") String description) {
    Skill skill = new Skill("s", name, description, "body | with\nlines");
    assertThat(Skill.parse("s", skill.text())).isEqualTo(skill);
  }

  @Provide
  Arbitrary<String> fields() {
    return Arbitraries.strings().withChars("ab 技能").ofMaxLength(6);
  }

  @Test
  void refusesABlankIdAndASkillThatSaysNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Skill(" ", "a", "", ""))
        .withMessage("Skill: expected an id that is not blank, got \" \"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Skill.parse("s", " |  | "))
        .withMessage("Skill(s): expected a name, a description or a body, got none");
  }
}
