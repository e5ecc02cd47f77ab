package dev.r3.retrieve.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedComparisonTest {

  @Test
  void tenQueriesAllBetterHaveTheExactPValue() {
    double[] baseline = new double[30];
    double[] candidate = new double[30];
    Arrays.fill(candidate, 0, 10, 1);
    PairedComparison comparison = PairedComparison.of("hit@1", baseline, candidate, 1);
    // All ten signs alike: 2 of 2^10 assignments.
    assertThat(comparison.pValue()).isEqualTo(2.0 / 1024);
    assertThat(comparison.difference()).isCloseTo(1 / 3.0, within(1e-15));
    assertThat(comparison.baseline()).isZero();
    assertThat(comparison.queries()).isEqualTo(30);
    // Standard error of 10 successes in 30: 0.086.
    assertThat(comparison.interval().low()).isBetween(0.1, 0.23);
    assertThat(comparison.interval().high()).isBetween(0.43, 0.57);
  }

  @Test
  void equalSystemsDoNotDiffer() {
    double[] values = {0.1, 0.7, 1, 0};
    PairedComparison comparison = PairedComparison.of("ndcg@10", values, values.clone(), 1);
    assertThat(comparison.pValue()).isEqualTo(1);
    assertThat(comparison.difference()).isZero();
    assertThat(comparison.interval()).isEqualTo(new PairedComparison.Interval(0, 0));
  }

  @Test
  void swappingTheSystemsTurnsTheSignAndNothingElse() {
    double[] a = {0.2, 0.4, 0.9, 0.3, 1};
    double[] b = {0.3, 0.4, 0.5, 0.9, 0.8};
    PairedComparison forward = PairedComparison.of("ndcg@10", a, b, 5);
    PairedComparison backward = PairedComparison.of("ndcg@10", b, a, 5);
    assertThat(backward.pValue()).isEqualTo(forward.pValue());
    assertThat(backward.difference()).isEqualTo(-forward.difference());
  }

  @Test
  void manyQueriesAreSampledCloseToTheNormalApproximation() {
    double[] baseline = new double[200];
    double[] candidate = new double[200];
    // 60 better, 40 worse of 100 that differ: z = 19.5 / 5 / 2 with continuity, p = 0.057.
    Arrays.fill(candidate, 0, 60, 1);
    Arrays.fill(baseline, 60, 100, 1);
    PairedComparison comparison = PairedComparison.of("hit@1", baseline, candidate, 3);
    assertThat(comparison.pValue()).isBetween(0.045, 0.069);
    assertThat(PairedComparison.of("hit@1", baseline, candidate, 3)).isEqualTo(comparison);
  }

  @Test
  void noiseIsCalledADifferenceAsOftenAsTheLevelSays() {
    Random random = new Random(11);
    int rejected = 0;
    int covered = 0;
    for (int trial = 0; trial < 200; trial++) {
      double[] baseline = new double[12];
      double[] candidate = new double[12];
      for (int i = 0; i < 12; i++) {
        baseline[i] = random.nextDouble();
        candidate[i] = random.nextDouble();
      }
      PairedComparison comparison = PairedComparison.of("mrr@15", baseline, candidate, trial);
      rejected += comparison.pValue() <= 0.1 ? 1 : 0;
      covered += comparison.interval().low() <= 0 && comparison.interval().high() >= 0 ? 1 : 0;
    }
    // Binomial(200, 0.1): 20 +- 3 x 4.2. The percentile interval is a little short at 12 queries.
    assertThat(rejected).isBetween(7, 33);
    assertThat(covered).isBetween(168, 198);
  }

  @Test
  void reportsAreMatchedByQueryIdAndQueriesWithoutAValueAreLeftOut() {
    Map<String, Double> one = Map.of("hit@1", 1.0, "set_compat", 0.0);
    Map<String, Double> zero = Map.of("hit@1", 0.0, "set_compat", 1.0);
    Map<String, Double> single = Map.of("hit@1", 1.0);
    Map<String, Map<String, Double>> before = new LinkedHashMap<>();
    before.put("q1", zero);
    before.put("q2", one);
    before.put("q3", single);
    Map<String, Map<String, Double>> after = new LinkedHashMap<>();
    after.put("q3", single);
    after.put("q2", one);
    after.put("q1", one);
    PairedComparison hit = PairedComparison.of(report("a", before), report("b", after), "hit@1", 1);
    assertThat(hit.queries()).isEqualTo(3);
    assertThat(hit.difference()).isCloseTo(1 / 3.0, within(1e-15));
    PairedComparison sets =
        PairedComparison.of(report("a", before), report("b", after), "set_compat", 1);
    assertThat(sets.queries()).isEqualTo(2);
    assertThat(sets.difference()).isEqualTo(-0.5);
    assertThat(sets.toLine())
        .isEqualTo(
            "set_compat: 0.5000 -> 0.0000, -0.5000 [-1.0000, +0.0000], p = 1.0000, 2 queries");
  }

  @Test
  void refusesReportsOfOtherQueriesOrMetrics() {
    Map<String, Double> values = Map.of("hit@1", 1.0);
    EvaluationReport one = report("a", Map.of("q1", values));
    EvaluationReport two = report("b", Map.of("q1", values, "q2", values));
    for (List<EvaluationReport> pair : List.of(List.of(one, two), List.of(two, one))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PairedComparison.of(pair.get(0), pair.get(1), "hit@1", 1))
          .withMessage("PairedComparison: expected query q2 in both reports, got it in one");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedComparison.of(one, one, "ndcg@10", 1))
        .withMessage("EvaluationReport(a): expected one of [hit@1, set_compat], got ndcg@10");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedComparison.of(one, one, "set_compat", 1))
        .withMessage(
            "PairedComparison(set_compat): expected as many values of both systems, at least one,"
                + " got 0 and 0");
    EvaluationReport more = report("c", Map.of("q1", Map.of("hit@1", 1.0, "set_compat", 1.0)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedComparison.of(one, more, "set_compat", 1))
        .withMessage(
            "PairedComparison: expected the same golds for query q1 in both reports, got 1 and 2");
  }

  private static EvaluationReport report(String name, Map<String, Map<String, Double>> queries) {
    return new EvaluationReport(
        name,
        10,
        List.of("hit@1", "set_compat"),
        queries.entrySet().stream()
            .map(
                query ->
                    new EvaluationReport.QueryResult(
                        query.getKey(),
                        "",
                        query.getValue().containsKey("set_compat") ? 2 : 1,
                        "s1",
                        query.getValue()))
            .toList());
  }
}
