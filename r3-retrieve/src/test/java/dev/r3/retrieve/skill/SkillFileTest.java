package dev.r3.retrieve.skill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Front matter that attacks its parser, or is merely wrong. */
class SkillFileTest {

  @Test
  void foldedAndQuotedValuesAreRead() {
    Skill skill =
        parse("name: \"a: b\"\ndescription: >\n  one\n  two\nmetadata:\n  tags: [x, y]\n");
    assertThat(skill).isEqualTo(new Skill("id", "a: b", "one two", "body"));
  }

  @Test
  void emptyFrontMatterGivesTheFolderName() {
    assertThat(parse("")).isEqualTo(new Skill("id", "folder", "", "body"));
    assertThat(parse("# a comment\n")).isEqualTo(new Skill("id", "folder", "", "body"));
    assertThat(parse("name:\n")).isEqualTo(new Skill("id", "folder", "", "body"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name: !!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL [\"http://localhost/\"]]]]\n",
        "!!java.lang.ProcessBuilder [[touch, /tmp/x]]\n",
        "name: !!java.util.Date 2020\n"
      })
  void javaTypesAreRefused(String yaml) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(yaml))
        .withMessageStartingWith(
            "expected YAML front matter, got: Global tag is not allowed: tag:yaml.org");
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aliasBombsAreRefused() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9)));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(bomb.toString()))
        .withMessageContaining("Number of aliases for non-scalar nodes exceeds");
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void deepNestingIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("a: " + "[".repeat(20_000)))
        .withMessageContaining("Nesting Depth exceeded max 8");
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void recursiveStructuresAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> parse("? &a [*a]\n: x\n"));
    assertThatIllegalArgumentException().isThrownBy(() -> parse("&a {*a : x}\n"));
  }

  @Test
  void frontMatterOverTheLimitIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("name: " + "x".repeat(1 << 16) + "\n"))
        .withMessageContaining("exceeds the limit: 65536");
  }

  @Test
  void repeatedKeysAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("name: a\nname: b\n"))
        .withMessageContaining("found duplicate key name");
  }

  @Test
  void brokenYamlSaysWhereAndWhatToDo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("name: a\ndescription: use it: always\n"))
        .withMessage(
            "expected YAML front matter, got: mapping values are not allowed here in its line 2;"
                + " quote values that hold a colon");
  }

  @Test
  void valuesOfTheWrongKindAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("name: [a, b]\n"))
        .withMessage("expected text in the front matter's field name, got a list");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("description: {a: b}\n"))
        .withMessage("expected text in the front matter's field description, got a mapping");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("- a\n- b\n"))
        .withMessage("expected front matter of the form key: value, got a list");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("name: !!int 7\n"))
        .withMessage("expected text in the front matter's field name, got a value of type Integer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"!!int x", "!!float x", "!!timestamp x", "!!binary '@'"})
  void valuesThatContradictTheirTagAreRefused(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("name: " + value + "\n"))
        .withMessageStartingWith("expected ");
  }

  @Property
  void anyContentIsASkillOrAnExplainedRefusal(@ForAll String yaml, @ForAll String rest) {
    for (String content : new String[] {rest, "---\n" + yaml + "\n---\n" + rest}) {
      try {
        assertThat(SkillFile.parse("id", "folder", content).name()).isNotEmpty();
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageStartingWith("expected ");
      }
    }
  }

  private static Skill parse(String yaml) {
    return SkillFile.parse("id", "folder", "---\n" + yaml + "\n---\nbody\n");
  }
}
