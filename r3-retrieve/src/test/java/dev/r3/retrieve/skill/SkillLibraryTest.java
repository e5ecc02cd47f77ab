package dev.r3.retrieve.skill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkillLibraryTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("skills.jsonl");
  }

  @Test
  void readsJsonlInFileOrderAndIgnoresOtherFields() throws IOException {
    write(
        "{\"id\": \"b\", \"text\": \"报表 | 写周报 | 步骤\", \"lang\": \"zh\"}",
        "{\"id\": \"a\", \"text\": \"pdf | Reads PDF.\"}");
    SkillLibrary library = SkillLibrary.read(file);
    assertThat(library.skills())
        .containsExactly(
            new Skill("b", "报表", "写周报", "步骤"), new Skill("a", "pdf", "Reads PDF.", ""));
    assertThat(library.source()).contains(file);
    assertThat(library.skipped()).isEmpty();
    assertThat(library.get("a").name()).isEqualTo("pdf");
    assertThat(library.contains("c")).isFalse();
  }

  @Test
  void aRepeatedIdNamesBothLines() throws IOException {
    write("{\"id\":\"a\",\"text\":\"x\"}", "", "{\"id\":\"a\",\"text\":\"y\"}");
    assertThatThrownBy(() -> SkillLibrary.read(file))
        .isInstanceOf(DataException.class)
        .hasMessage(file + ":3: expected a new id, got a again, after line 1");
  }

  @Test
  void aMalformedLineNamesFileAndLine() throws IOException {
    write("{\"id\":\"a\",\"text\":\"x\"}", "{\"id\":\"b\"}");
    assertThatThrownBy(() -> SkillLibrary.read(file))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ":2: expected a string in field \"text\"");
    write("{\"id\":\"a\",\"text\":\"  \"}");
    assertThatThrownBy(() -> SkillLibrary.read(file))
        .isInstanceOf(DataException.class)
        .hasMessage(file + ":1: Skill(a): expected a name, a description or a body, got none");
  }

  @Test
  void anEmptyFileAndAMissingOneNameThePath() throws IOException {
    assertThatThrownBy(() -> SkillLibrary.read(file))
        .isInstanceOf(DataException.class)
        .hasMessage(
            file + ": expected a skills.jsonl file or a folder of SKILL.md folders, got nothing");
    write("", "  ");
    assertThatThrownBy(() -> SkillLibrary.read(file))
        .isInstanceOf(DataException.class)
        .hasMessage(file + ": expected at least one skill, got none");
  }

  @Test
  void aLibraryInMemoryKeepsTheOrderAndHasNoSource() {
    Skill b = new Skill("b", "x", "", "");
    Skill a = new Skill("a", "y", "", "");
    SkillLibrary library = SkillLibrary.of(List.of(b, a));
    assertThat(library.skills()).containsExactly(b, a);
    assertThat(library.size()).isEqualTo(2);
    assertThat(library.source()).isEmpty();
  }

  @Test
  void refusesNoSkillsRepeatedIdsAndUnknownIds() {
    Skill skill = new Skill("a", "x", "", "");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SkillLibrary.of(List.of()))
        .withMessage("SkillLibrary: expected at least one skill, got none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SkillLibrary.of(List.of(skill, skill)))
        .withMessage("SkillLibrary: expected unique ids, got a twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SkillLibrary.of(List.of(skill)).get("z"))
        .withMessage("SkillLibrary: expected the id of one of 1 skills, got z");
  }

  private void write(String... lines) throws IOException {
    Files.write(file, List.of(lines));
  }
}
