package dev.r3.retrieve.skill;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * One SKILL.md: optional YAML front matter between two lines {@code ---}, then Markdown.
 *
 * <p>The front matter is parsed as text only: no Java types, no numbers or dates, few aliases, a
 * bounded depth and size.
 */
final class SkillFile {
  private static final String FENCE = "---";
  private static final int FRONT_MATTER_CODE_POINTS = 1 << 16;
  private static final int NESTING = 8;
  private static final int ALIASES = 8;

  private SkillFile() {}

  /**
   * Takes a file apart.
   *
   * @param folderName stands for the name where the file gives none
   * @throws IllegalArgumentException {@code expected ..., got ...} if the front matter is broken
   */
  static Skill parse(String id, String folderName, String content) {
    String text = content.startsWith("\uFEFF") ? content.substring(1) : content;
    int firstLineEnd = lineEnd(text, 0);
    if (!isFence(text, 0, firstLineEnd)) {
      return new Skill(id, folderName, "", text.strip());
    }
    int start = Math.min(firstLineEnd + 1, text.length());
    for (int line = start; line < text.length(); line = lineEnd(text, line) + 1) {
      int end = lineEnd(text, line);
      if (isFence(text, line, end)) {
        Map<?, ?> fields = frontMatter(text.substring(start, line));
        String name = field(fields, "name");
        return new Skill(
            id,
            name.isEmpty() ? folderName : name,
            field(fields, "description"),
            text.substring(end).strip());
      }
    }
    throw new IllegalArgumentException(
        "expected a line --- that ends the front matter, got the end of the file");
  }

  private static int lineEnd(String text, int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  private static boolean isFence(String text, int start, int end) {
    return text.startsWith(FENCE, start) && text.substring(start + FENCE.length(), end).isBlank();
  }

  private static Map<?, ?> frontMatter(String yaml) {
    Object root;
    try {
      root = reader().load(yaml);
    } catch (MarkedYAMLException e) {
      throw broken(e.getProblem() + place(e) + hint(e.getProblem()), e);
    } catch (RuntimeException e) {
      // Not YAMLException alone: values that contradict their tags (!!int x) throw others.
      throw broken(String.valueOf(e.getMessage()), e);
    }
    if (root == null) {
      return Map.of();
    }
    if (root instanceof Map<?, ?> fields) {
      return fields;
    }
    throw new IllegalArgumentException(
        "expected front matter of the form key: value, got " + kind(root));
  }

  private static IllegalArgumentException broken(String problem, RuntimeException cause) {
    return new IllegalArgumentException("expected YAML front matter, got: " + problem, cause);
  }

  private static String place(MarkedYAMLException e) {
    return e.getProblemMark() == null ? "" : " in its line " + (e.getProblemMark().getLine() + 1);
  }

  private static String hint(@Nullable String problem) {
    return "mapping values are not allowed here".equals(problem)
        ? "; quote values that hold a colon"
        : "";
  }

  private static String field(Map<?, ?> fields, String key) {
    Object value = fields.get(key);
    if (value == null) {
      return "";
    }
    if (value instanceof String text) {
      return text.strip();
    }
    throw new IllegalArgumentException(
        "expected text in the front matter's field " + key + ", got " + kind(value));
  }

  private static String kind(Object value) {
    if (value instanceof Map) {
      return "a mapping";
    }
    return value instanceof Iterable
        ? "a list"
        : "a value of type " + value.getClass().getSimpleName();
  }

  /** A new one a file: Yaml is not thread-safe. */
  private static Yaml reader() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setAllowRecursiveKeys(false);
    options.setMaxAliasesForCollections(ALIASES);
    options.setNestingDepthLimit(NESTING);
    options.setCodePointLimit(FRONT_MATTER_CODE_POINTS);
    DumperOptions dumping = new DumperOptions();
    return new Yaml(
        new SafeConstructor(options), new Representer(dumping), dumping, options, new TextOnly());
  }

  /** Reads every plain scalar as text: a skill may be called 2024-01-01, yes or 1e3. */
  private static final class TextOnly extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      // None: what has no explicit tag is text.
    }
  }
}
