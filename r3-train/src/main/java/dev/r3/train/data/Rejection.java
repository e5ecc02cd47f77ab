package dev.r3.train.data;

import java.util.List;

/**
 * A combination of skills judged to have no realistic single request.
 *
 * @param skillIds the two or more skills of the combination
 * @param reasonClass the kind of reason, such as {@code redundant} or {@code conflicting}
 * @param reason one sentence for people
 */
public record Rejection(String id, List<String> skillIds, String reasonClass, String reason) {
  public Rejection {
    Texts.requireNotBlank(id, "Rejection", "id");
    skillIds = List.copyOf(skillIds);
    if (skillIds.size() < 2) {
      throw new IllegalArgumentException(
          "Rejection(" + id + "): expected two or more skills, got " + skillIds);
    }
    Texts.requireDistinct(skillIds, "Rejection(" + id + ")", "skills");
  }
}
