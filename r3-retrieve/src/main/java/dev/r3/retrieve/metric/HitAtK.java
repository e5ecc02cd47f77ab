package dev.r3.retrieve.metric;

import java.util.OptionalDouble;
import java.util.Set;

/**
 * Hit@k: 1 if any gold skill is among the first k, else 0: {@code 1[top_k ∩ G ≠ ∅]} (reference
 * evaluation of R3-Skill, where k = 1).
 */
public record HitAtK(int k) implements Metric {

  public HitAtK {
    Requirements.requirePositive("HitAtK", k);
  }

  @Override
  public String name() {
    return "hit@" + k;
  }

  @Override
  public OptionalDouble of(Ranking ranking, Set<String> golds) {
    Requirements.requireGolds(this, golds);
    return OptionalDouble.of(ranking.goldsInTop(k, golds) > 0 ? 1 : 0);
  }

  @Override
  public int depth(int golds) {
    return k;
  }
}
