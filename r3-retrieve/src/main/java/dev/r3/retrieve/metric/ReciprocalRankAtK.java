package dev.r3.retrieve.metric;

import java.util.OptionalDouble;
import java.util.Set;

/** MRR@k: one over the place of the first gold skill, 0 where none is among the first k. */
public record ReciprocalRankAtK(int k) implements Metric {

  public ReciprocalRankAtK {
    Requirements.requirePositive("ReciprocalRankAtK", k);
  }

  @Override
  public String name() {
    return "mrr@" + k;
  }

  @Override
  public OptionalDouble of(Ranking ranking, Set<String> golds) {
    Requirements.requireGolds(this, golds);
    for (int i = 0; i < Math.min(k, ranking.ids().size()); i++) {
      if (golds.contains(ranking.ids().get(i))) {
        return OptionalDouble.of(1.0 / (i + 1));
      }
    }
    return OptionalDouble.of(0);
  }

  @Override
  public int depth(int golds) {
    return k;
  }
}
