package dev.r3.retrieve.metric;

import java.util.OptionalDouble;
import java.util.Set;

/**
 * Full-Coverage@k: 1 if every gold skill is among the first k, else 0: {@code 1[G ⊆ top_k]} (the
 * name is of SkillRouter). Always 0 where there are more than k golds.
 */
public record FullCoverageAtK(int k) implements Metric {

  public FullCoverageAtK {
    Requirements.requirePositive("FullCoverageAtK", k);
  }

  @Override
  public String name() {
    return "coverage@" + k;
  }

  @Override
  public OptionalDouble of(Ranking ranking, Set<String> golds) {
    Requirements.requireGolds(this, golds);
    return OptionalDouble.of(ranking.goldsInTop(k, golds) == golds.size() ? 1 : 0);
  }

  @Override
  public int depth(int golds) {
    return k;
  }
}
