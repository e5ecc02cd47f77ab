package dev.r3.cli.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the authors of R3 report for the test split of R3-Skill: 5,696 requests over 2,050 skills.
 *
 * @param reference by metric, as the reference evaluation prints it beside its own results
 * @param paper by metric, as the abstract of the paper's first version says
 */
public record PublishedResults(Map<String, Double> reference, Map<String, Double> paper) {

  /** R3-Embedding alone. */
  public static final PublishedResults EMBEDDING =
      new PublishedResults(
          reference(
              .7207, new double[] {.8006, .8160, .8205}, new double[] {.8722, .9177, .9338}, .2812),
          Map.of());

  /** R3-Embedding and R3-Reranker, which reads 20 skills. */
  public static final PublishedResults BOTH_STAGES =
      new PublishedResults(
          reference(
              .7521, new double[] {.8008, .8173, .8254}, new double[] {.8481, .8969, .9264}, .3188),
          Map.of("hit@1", .7714, "ndcg@10", .8327, "set_compat", .3525));

  /** No request has more golds than 5, so that comp@k is recall@k. */
  private static Map<String, Double> reference(
      double hit, double[] ndcg, double[] recall, double setCompat) {
    int[] cutoffs = {5, 10, 15};
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("hit@1", hit);
    for (int i = 0; i < cutoffs.length; i++) {
      values.put("ndcg@" + cutoffs[i], ndcg[i]);
    }
    for (int i = 0; i < cutoffs.length; i++) {
      values.put("recall@" + cutoffs[i], recall[i]);
    }
    for (int i = 0; i < cutoffs.length; i++) {
      values.put("comp@" + cutoffs[i], recall[i]);
    }
    values.put("set_compat", setCompat);
    return values;
  }
}
