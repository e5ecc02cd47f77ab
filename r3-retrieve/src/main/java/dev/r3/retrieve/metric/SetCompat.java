package dev.r3.retrieve.metric;

import java.util.OptionalDouble;
import java.util.Set;

/**
 * Set-Compat: 1 if the gold set is exactly what stands in front, {@code 1[G ⊆ top_|G|]} (reference
 * evaluation of R3-Skill). Only for queries with at least two golds; others do not count.
 *
 * <p>Differs from the reference: it looks at no place beyond 15, so a larger gold set is never
 * compatible there.
 */
public record SetCompat() implements Metric {

  @Override
  public String name() {
    return "set_compat";
  }

  @Override
  public OptionalDouble of(Ranking ranking, Set<String> golds) {
    Requirements.requireGolds(this, golds);
    if (golds.size() < 2) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(ranking.goldsInTop(golds.size(), golds) == golds.size() ? 1 : 0);
  }

  @Override
  public int depth(int golds) {
    return golds;
  }
}
