package dev.r3.retrieve.metric;

import java.util.OptionalDouble;
import java.util.Set;

/**
 * nDCG@k with binary gains (reference evaluation of R3-Skill): the discounted gain of the ranking
 * over that of the ideal one, {@code DCG = Σ 1[id_i ∈ G] / log2(i + 1)} for places i = 1..k; the
 * ideal has min(k, |G|) golds in front.
 */
public record NdcgAtK(int k) implements Metric {

  public NdcgAtK {
    Requirements.requirePositive("NdcgAtK", k);
  }

  @Override
  public String name() {
    return "ndcg@" + k;
  }

  @Override
  public OptionalDouble of(Ranking ranking, Set<String> golds) {
    Requirements.requireGolds(this, golds);
    double gain = 0;
    double ideal = 0;
    for (int i = 0; i < k; i++) {
      double discount = Math.log(2) / Math.log(i + 2);
      ideal += i < golds.size() ? discount : 0;
      gain += i < ranking.ids().size() && golds.contains(ranking.ids().get(i)) ? discount : 0;
    }
    return OptionalDouble.of(gain / ideal);
  }

  @Override
  public int depth(int golds) {
    return k;
  }
}
