package dev.r3.retrieve.metric;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Skill ids from best to worst: a whole pool, or its first places.
 *
 * <p>Tie rule: score descending, then id ascending (by UTF-16 code units, as {@link
 * String#compareTo}).
 *
 * @param ids no id twice
 */
public record Ranking(List<String> ids) {

  public Ranking {
    ids = List.copyOf(ids);
    Set<String> seen = new HashSet<>();
    for (String id : ids) {
      if (!seen.add(id)) {
        throw new IllegalArgumentException("Ranking: expected every id once, got " + id + " twice");
      }
    }
  }

  /**
   * The ids in the order of their scores.
   *
   * @throws IllegalArgumentException if the lengths differ, a score is NaN, or an id comes twice
   */
  public static Ranking of(List<String> ids, float[] scores) {
    if (ids.size() != scores.length) {
      throw new IllegalArgumentException(
          "Ranking: expected one score for each of " + ids.size() + " ids, got " + scores.length);
    }
    Integer[] order = new Integer[scores.length];
    for (int i = 0; i < order.length; i++) {
      if (Float.isNaN(scores[i])) {
        throw new IllegalArgumentException(
            "Ranking: expected a score for " + ids.get(i) + ", got NaN");
      }
      order[i] = i;
    }
    // + 0f: the two zeros of IEEE 754 tie.
    Comparator<Integer> descending = (a, b) -> Float.compare(scores[b] + 0f, scores[a] + 0f);
    Arrays.sort(order, descending.thenComparing(ids::get));
    return new Ranking(Arrays.stream(order).map(ids::get).toList());
  }

  /** The first k places, or all where there are fewer. */
  public List<String> top(int k) {
    return ids.subList(0, Math.min(k, ids.size()));
  }

  /** How many golds stand in the first k places. */
  int goldsInTop(int k, Set<String> golds) {
    int found = 0;
    for (String id : top(k)) {
      found += golds.contains(id) ? 1 : 0;
    }
    return found;
  }
}
