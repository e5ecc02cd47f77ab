package dev.r3.train.data;

import java.util.Arrays;
import java.util.List;

/**
 * One request and the skills a cross-encoder is to order for it.
 *
 * @param skillIds different skills, at least one of them gold
 * @param grades of the skills: {@link #GOLD}, {@link #SKIP} or {@link #REST}
 */
public record RerankList(Request request, List<String> skillIds, int[] grades) {
  /** The grade of a skill that the request needs. */
  public static final int GOLD = 2;

  /** The grade of a skill that was rejected in combination with a gold. */
  public static final int SKIP = 1;

  /** The grade of every other candidate. */
  public static final int REST = 0;

  public RerankList {
    String where = "RerankList(" + request.id() + ")";
    skillIds = List.copyOf(skillIds);
    Texts.requireDistinct(skillIds, where, "skills");
    if (grades.length != skillIds.size()) {
      throw new IllegalArgumentException(
          where + ": expected " + skillIds.size() + " grades, got " + grades.length);
    }
    boolean anyGold = false;
    for (int i = 0; i < grades.length; i++) {
      boolean gold = request.skillIds().contains(skillIds.get(i));
      anyGold |= gold;
      if (gold != (grades[i] == GOLD) || grades[i] < REST || grades[i] > GOLD) {
        throw new IllegalArgumentException(
            where
                + ": expected grade "
                + (gold ? "2" : "0 or 1")
                + " for "
                + skillIds.get(i)
                + ", got "
                + grades[i]);
      }
    }
    if (!anyGold) {
      throw new IllegalArgumentException(
          where + ": expected at least one gold skill, got " + skillIds);
    }
  }

  /**
   * The same skills without the push-away signal: rejected partners count as any other candidate.
   */
  public RerankList withoutPushAway() {
    return new RerankList(
        request,
        skillIds,
        Arrays.stream(grades).map(grade -> grade == SKIP ? REST : grade).toArray());
  }
}
