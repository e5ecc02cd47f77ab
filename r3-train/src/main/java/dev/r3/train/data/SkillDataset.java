package dev.r3.train.data;

import dev.r3.tensor.io.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Skills, and for each split its requests and rejected combinations.
 *
 * <p>Files, all JSONL in UTF-8:
 *
 * <ul>
 *   <li>{@code skills.jsonl}: {@code id}, {@code text}; optional {@code lang}, {@code domain},
 *       {@code subdomain}, {@code split};
 *   <li>{@code train.jsonl}, {@code dev.jsonl}, {@code test.jsonl}, at least one of them: {@code
 *       id} (or {@code query_id}), {@code query}, {@code skill_ids}; optional {@code lang}, {@code
 *       direction}, {@code translation_of}, {@code rejected_ids}. Or one {@code queries.jsonl}
 *       whose rows name their {@code split}, train where they do not;
 *   <li>{@code rejections-train.jsonl}, {@code -dev}, {@code -test}, each optional: {@code id},
 *       {@code skill_ids}, {@code reason_class}, {@code reason}.
 * </ul>
 *
 * A gold named twice in a row counts once. Faults are {@link DataException}s that begin with the
 * file and the line.
 */
public final class SkillDataset {
  private final Map<String, SkillText> skills;
  private final Map<Split, List<Request>> requests;
  private final Map<Split, List<Rejection>> rejections;

  SkillDataset(
      Map<String, SkillText> skills,
      Map<Split, List<Request>> requests,
      Map<Split, List<Rejection>> rejections) {
    this.skills = Collections.unmodifiableMap(new LinkedHashMap<>(skills));
    this.requests = new EnumMap<>(requests);
    this.rejections = new EnumMap<>(rejections);
  }

  /** Reads the files of a directory. */
  public static SkillDataset readDirectory(Path directory) {
    return new SkillDatasetReader(
            name -> {
              Path file = directory.resolve(name);
              return Files.exists(file) ? Files.newInputStream(file) : null;
            },
            directory.toString())
        .read();
  }

  /**
   * Reads files that travel on the class path.
   *
   * @param anchor the class whose loader finds them
   * @param base the folder: relative to the anchor's package, or absolute from a leading slash
   */
  public static SkillDataset readResources(Class<?> anchor, String base) {
    return new SkillDatasetReader(
            name -> anchor.getResourceAsStream(base + "/" + name), "classpath:" + base)
        .read();
  }

  /** Every skill by id, in file order. */
  public Map<String, SkillText> skills() {
    return skills;
  }

  /** The skill of that id. */
  public SkillText skill(String id) {
    @Nullable SkillText skill = skills.get(id);
    if (skill == null) {
      throw new IllegalArgumentException(
          "SkillDataset: expected the id of one of its " + skills.size() + " skills, got " + id);
    }
    return skill;
  }

  /** The pool of a split: the skills that name it, or all skills where none names a split. */
  public List<SkillText> pool(Split split) {
    Collection<SkillText> all = skills.values();
    return all.stream().allMatch(skill -> skill.split() == null)
        ? List.copyOf(all)
        : all.stream().filter(skill -> skill.split() == split).toList();
  }

  /** The skills that do not name that split, in file order. */
  public List<SkillText> skillsNotOf(Split split) {
    return skills.values().stream().filter(skill -> skill.split() != split).toList();
  }

  /** The requests of a split in file order, none where the data set lacks the split. */
  public List<Request> requests(Split split) {
    return requests.getOrDefault(split, List.of());
  }

  /** The rejected combinations of a split in file order, none where the data set has none. */
  public List<Rejection> rejections(Split split) {
    return rejections.getOrDefault(split, List.of());
  }
}
