package dev.r3.retrieve.metric;

import java.util.OptionalDouble;
import java.util.Set;

/**
 * Recall@k: the share of the gold skills among the first k: {@code |G ∩ top_k| / |G|} (reference
 * evaluation of R3-Skill). Below 1 by construction where there are more than k golds.
 */
public record RecallAtK(int k) implements Metric {

  public RecallAtK {
    Requirements.requirePositive("RecallAtK", k);
  }

  @Override
  public String name() {
    return "recall@" + k;
  }

  @Override
  public OptionalDouble of(Ranking ranking, Set<String> golds) {
    Requirements.requireGolds(this, golds);
    return OptionalDouble.of((double) ranking.goldsInTop(k, golds) / golds.size());
  }

  @Override
  public int depth(int golds) {
    return k;
  }
}
