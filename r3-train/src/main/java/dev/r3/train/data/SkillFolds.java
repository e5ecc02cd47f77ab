package dev.r3.train.data;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parts skills for cross-fitting: what the second stage learns about the first must come from a
 * first stage that has not seen the request, or it learns to trust a ranking that was learned by
 * heart (stacked generalization, Wolpert 1992).
 *
 * <p>Skills of one sub-domain stay together, and a skill without one is a group of its own; groups
 * go to the folds in turn, in the order of their first skills.
 */
public final class SkillFolds {
  private final int count;
  private final Map<String, Integer> foldOf = new HashMap<>();

  /**
   * @param skills all that are gold for the requests to be parted
   * @param count how many folds, at least 2
   */
  public SkillFolds(Collection<SkillText> skills, int count) {
    if (count < 2) {
      throw new IllegalArgumentException("SkillFolds: expected at least 2 folds, got " + count);
    }
    this.count = count;
    Map<String, Integer> groups = new LinkedHashMap<>();
    for (SkillText skill : skills) {
      int group = groups.computeIfAbsent(group(skill), name -> groups.size());
      foldOf.put(skill.id(), group % count);
    }
    if (groups.size() < count) {
      throw new IllegalArgumentException(
          "SkillFolds: expected at least "
              + count
              + " sub-domains of train skills, got "
              + groups.size());
    }
  }

  private static String group(SkillText skill) {
    @Nullable String subdomain = skill.subdomain();
    return subdomain == null ? "skill " + skill.id() : skill.domain() + " / " + subdomain;
  }

  public int count() {
    return count;
  }

  /** The fold of a request: that of its first gold. */
  public int of(Request request) {
    return fold(request.skillIds().get(0));
  }

  /** The requests with no gold in a fold: what the model that judges the fold may train on. */
  public List<Request> without(int fold, List<Request> requests) {
    return requests.stream()
        .filter(request -> request.skillIds().stream().noneMatch(gold -> fold(gold) == fold))
        .toList();
  }

  private int fold(String skillId) {
    @Nullable Integer fold = foldOf.get(skillId);
    if (fold == null) {
      throw new IllegalArgumentException(
          "SkillFolds: expected one of the " + foldOf.size() + " parted skills, got " + skillId);
    }
    return fold;
  }
}
