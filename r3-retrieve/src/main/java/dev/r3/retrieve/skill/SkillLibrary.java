package dev.r3.retrieve.skill;

import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.JsonLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The skills to choose from: at least one, no id twice, in an order that reading repeats. */
public final class SkillLibrary {
  private final Map<String, Skill> byId;
  private final List<Skill> skills;
  private final @Nullable Path source;
  private final List<SkippedFile> skipped;

  private SkillLibrary(List<Skill> skills, @Nullable Path source, List<SkippedFile> skipped) {
    this.skills = List.copyOf(skills);
    this.source = source;
    this.skipped = List.copyOf(skipped);
    this.byId = new LinkedHashMap<>();
    for (Skill skill : skills) {
      byId.put(skill.id(), skill);
    }
  }

  /**
   * A library of these skills, in their order.
   *
   * @throws IllegalArgumentException if there are none, or two with one id
   */
  public static SkillLibrary of(List<Skill> skills) {
    if (skills.isEmpty()) {
      throw new IllegalArgumentException("SkillLibrary: expected at least one skill, got none");
    }
    SkillLibrary library = new SkillLibrary(skills, null, List.of());
    if (library.byId.size() != skills.size()) {
      Map<String, Skill> seen = new HashMap<>();
      for (Skill skill : skills) {
        if (seen.put(skill.id(), skill) != null) {
          throw new IllegalArgumentException(
              "SkillLibrary: expected unique ids, got " + skill.id() + " twice");
        }
      }
    }
    return library;
  }

  /**
   * Reads a folder as {@link #readFolder} and anything else as {@link #readJsonl}.
   *
   * @throws DataException if nothing is there
   */
  public static SkillLibrary read(Path path) {
    if (!Files.exists(path)) {
      throw new DataException(
          path + ": expected a skills.jsonl file or a folder of SKILL.md folders, got nothing");
    }
    return Files.isDirectory(path) ? readFolder(path) : readJsonl(path);
  }

  /**
   * Reads a file with one skill a line, {@code {"id": ..., "text": "name | description | body"}},
   * in file order. Other fields are ignored.
   *
   * @throws DataException with file and line, on a malformed line or an id that was there before;
   *     with the file, if it holds no skill
   */
  public static SkillLibrary readJsonl(Path file) {
    Map<String, Integer> lines = new HashMap<>();
    List<Skill> skills =
        JsonLines.read(
            file,
            row -> {
              Skill skill = Skill.parse(row.text("id"), row.text("text"));
              Integer earlier = lines.put(skill.id(), row.lineNumber());
              if (earlier != null) {
                throw row.error(
                    "expected a new id, got " + skill.id() + " again, after line " + earlier);
              }
              return skill;
            });
    if (skills.isEmpty()) {
      throw new DataException(file + ": expected at least one skill, got none");
    }
    return new SkillLibrary(skills, file, List.of());
  }

  /**
   * Reads every SKILL.md under a folder; the id of a skill is the path of its folder, with slashes,
   * and the order is that of the ids. Name and description come from the YAML front matter. A file
   * without front matter is a skill with the name of its folder, no description and the whole file
   * as body; so is one whose front matter has no name, with the rest as it says.
   *
   * <p>The content is not trusted: symbolic links are not followed, folders whose names begin with
   * a dot are not entered, and sizes, depth and counts are bounded. A file that cannot be used is
   * skipped, logged, and listed in {@link #skipped}.
   *
   * @throws DataException if the folder cannot be read, is too large, or holds no usable skill
   */
  public static SkillLibrary readFolder(Path folder) {
    return readFolder(folder, FolderLimits.STANDARD);
  }

  static SkillLibrary readFolder(Path folder, FolderLimits limits) {
    SkillFolder found = SkillFolder.read(folder, limits);
    return new SkillLibrary(found.skills(), folder, found.skipped());
  }

  /** All skills, in the library's order. */
  public List<Skill> skills() {
    return skills;
  }

  public int size() {
    return skills.size();
  }

  public boolean contains(String id) {
    return byId.containsKey(id);
  }

  /**
   * The skill with that id.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Skill get(String id) {
    Skill skill = byId.get(id);
    if (skill == null) {
      throw new IllegalArgumentException(
          "SkillLibrary: expected the id of one of " + size() + " skills, got " + id);
    }
    return skill;
  }

  /** The file or folder that was read, if the library comes from one. */
  public Optional<Path> source() {
    return Optional.ofNullable(source);
  }

  /** What reading left out, in the order of the paths. */
  public List<SkippedFile> skipped() {
    return skipped;
  }
}
