package dev.r3.retrieve.skill;

import java.util.regex.Pattern;

/**
 * Something an agent can load to solve a request.
 *
 * @param id unique in its library, not blank
 * @param body the instructions themselves; models read only so much of it
 */
public record Skill(String id, String name, String description, String body) {
  private static final String SEPARATOR = " | ";
  private static final Pattern SPLIT = Pattern.compile(SEPARATOR, Pattern.LITERAL);

  public Skill {
    if (id.isBlank()) {
      throw new IllegalArgumentException(
          "Skill: expected an id that is not blank, got \"" + id + "\"");
    }
    if (name.isBlank() && description.isBlank() && body.isBlank()) {
      throw new IllegalArgumentException(
          "Skill(" + id + "): expected a name, a description or a body, got none");
    }
  }

  /**
   * Takes {@code name | description | body} apart. Only the first two separators count; a text with
   * fewer has no body, or neither description nor body.
   */
  public static Skill parse(String id, String text) {
    String[] fields = SPLIT.split(text, 3);
    return new Skill(
        id, fields[0], fields.length > 1 ? fields[1] : "", fields.length > 2 ? fields[2] : "");
  }

  /**
   * {@code name | description | body}, what the models read: always with both separators, as in
   * R3-Skill's files, so that {@code parse} gives the same skill again.
   */
  public String text() {
    return name + SEPARATOR + description + SEPARATOR + body;
  }
}
