package dev.r3.retrieve.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** A number in [0, 1] that says how well one ranking serves one query; a system's is the mean. */
public interface Metric {

  /** The name under which reports show the metric, such as {@code ndcg@10}. */
  String name();

  /**
   * The metric of one query, or empty where the metric says nothing about it.
   *
   * @param golds the skills that solve the query together; not empty. A gold outside the ranked
   *     pool counts as not found.
   * @throws IllegalArgumentException if there are no golds
   */
  OptionalDouble of(Ranking ranking, Set<String> golds);

  /** How many leading places of a ranking the metric reads for a query with that many golds. */
  int depth(int golds);

  /**
   * The metrics of the R3-Skill reference evaluation (hit@1; nDCG, recall and comp at 5, 10 and 15;
   * set_compat), hit and full coverage at the same cutoffs, and the reciprocal rank.
   */
  static List<Metric> standard() {
    List<Metric> metrics = new ArrayList<>();
    for (int k : new int[] {1, 5, 10, 15}) {
      metrics.add(new HitAtK(k));
    }
    int[] cutoffs = {5, 10, 15};
    for (int k : cutoffs) {
      metrics.add(new NdcgAtK(k));
    }
    for (int k : cutoffs) {
      metrics.add(new RecallAtK(k));
    }
    for (int k : cutoffs) {
      metrics.add(new CompletenessAtK(k));
    }
    for (int k : cutoffs) {
      metrics.add(new FullCoverageAtK(k));
    }
    metrics.add(new SetCompat());
    metrics.add(new ReciprocalRankAtK(15));
    return List.copyOf(metrics);
  }
}
