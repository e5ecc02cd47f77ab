package dev.r3.retrieve.metric;

import java.util.OptionalDouble;
import java.util.Set;

/**
 * comp@k: {@code |G ∩ top_k| / min(|G|, k)} (reference evaluation of R3-Skill): recall@k that can
 * reach 1 where there are more than k golds.
 */
public record CompletenessAtK(int k) implements Metric {

  public CompletenessAtK {
    Requirements.requirePositive("CompletenessAtK", k);
  }

  @Override
  public String name() {
    return "comp@" + k;
  }

  @Override
  public OptionalDouble of(Ranking ranking, Set<String> golds) {
    Requirements.requireGolds(this, golds);
    return OptionalDouble.of((double) ranking.goldsInTop(k, golds) / Math.min(golds.size(), k));
  }

  @Override
  public int depth(int golds) {
    return k;
  }
}
