package dev.r3.retrieve.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.retrieve.skill.Skill;
import dev.r3.retrieve.skill.SkillLibrary;
import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabeledQueryTest {
  private static final SkillLibrary POOL =
      SkillLibrary.of(List.of(new Skill("a", "x", "", ""), new Skill("b", "y", "", "")));

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("test.jsonl");
  }

  @Test
  void readsTheFieldsOfAllKnownFormats() throws IOException {
    write(
        "{\"id\":\"q1\",\"query\":\"写\",\"skill_ids\":[\"b\",\"a\",\"b\"],\"direction\":\"zh2en\",\"votes\":3}",
        "",
        "{\"query_id\":\"q2\",\"query\":\"do\",\"skill_ids\":[\"a\"],\"lang\":\"en\"}",
        "{\"query\":\"do it\",\"skill_ids\":[\"a\"]}");
    assertThat(LabeledQuery.readJsonl(file, POOL))
        .containsExactly(
            new LabeledQuery("q1", "写", Set.of("a", "b"), "zh2en"),
            new LabeledQuery("q2", "do", Set.of("a"), "en"),
            new LabeledQuery("line-4", "do it", Set.of("a"), ""));
  }

  @Test
  void anUnknownGoldNamesFileAndLine() throws IOException {
    write(
        "{\"id\":\"q1\",\"query\":\"x\",\"skill_ids\":[\"a\"]}",
        "{\"id\":\"q2\",\"query\":\"x\",\"skill_ids\":[\"a\",\"z\"]}");
    assertDataError(":2: expected skill_ids of the pool of 2 skills, got z");
  }

  @Test
  void aRepeatedIdABlankQueryAndAnEmptyFileAreErrors() throws IOException {
    write(
        "{\"id\":\"q1\",\"query\":\"x\",\"skill_ids\":[\"a\"]}",
        "{\"id\":\"q1\",\"query\":\"y\",\"skill_ids\":[\"a\"]}");
    assertDataError(":2: expected a new id, got q1 again, after line 1");
    write("{\"id\":\"q1\",\"query\":\" \",\"skill_ids\":[\"a\"]}");
    assertDataError(":1: LabeledQuery(q1): expected a query that is not blank, got \" \"");
    write("{\"id\":\"q1\",\"query\":\"x\",\"skill_ids\":[]}");
    assertThatThrownBy(() -> LabeledQuery.readJsonl(file, POOL))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ":1: expected a non-empty array of strings");
    write("");
    assertDataError(": expected at least one query, got none");
  }

  @Test
  void refusesABlankIdAndNoGolds() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LabeledQuery("", "x", Set.of("a"), ""))
        .withMessage("LabeledQuery: expected an id that is not blank, got \"\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LabeledQuery("q", "x", Set.of(), ""))
        .withMessage("LabeledQuery(q): expected at least one gold skill, got none");
  }

  private void write(String... lines) throws IOException {
    Files.write(file, List.of(lines));
  }

  private void assertDataError(String message) {
    assertThatThrownBy(() -> LabeledQuery.readJsonl(file, POOL))
        .isInstanceOf(DataException.class)
        .hasMessage(file + message);
  }
}
