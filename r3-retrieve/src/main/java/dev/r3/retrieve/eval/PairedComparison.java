package dev.r3.retrieve.eval;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.StatUtils;

/**
 * Whether two systems differ on the same queries by more than chance.
 *
 * <p>The p-value is two-sided, of the paired randomisation test (Smucker, Allan and Carterette
 * 2007): how often the mean difference is at least as large when the systems' names are swapped
 * query by query at random; exact for up to 16 queries that differ, else from 10,000 swappings. The
 * interval is a percentile bootstrap over queries. Both speak of other queries of the same kind,
 * not of other training runs: for that, compare several seeds.
 *
 * @param queries those that the metric speaks of
 * @param difference candidate - baseline
 * @param interval of the difference, 95%
 */
public record PairedComparison(
    String metric,
    int queries,
    double baseline,
    double candidate,
    double difference,
    Interval interval,
    double pValue) {

  /** From low to high. */
  public record Interval(double low, double high) {}

  private static final int RESAMPLES = 10_000;
  private static final int EXACT = 16;

  /** Sums of metric values closer than this are equal but for rounding. */
  private static final double ROUNDING = 1e-9;

  /**
   * Compares two reports by one metric.
   *
   * @param seed of the resampling; the same seed gives the same result
   * @throws IllegalArgumentException if the reports are not of the same queries, or the metric is
   *     missing or speaks of none of them
   */
  public static PairedComparison of(
      EvaluationReport baseline, EvaluationReport candidate, String metric, long seed) {
    baseline.requireMetric(metric);
    candidate.requireMetric(metric);
    double[] before = new double[baseline.queries().size()];
    double[] after = new double[before.length];
    int count = 0;
    Map<String, EvaluationReport.QueryResult> candidates = byId(candidate);
    for (EvaluationReport.QueryResult query : baseline.queries()) {
      EvaluationReport.QueryResult other = candidates.remove(query.id());
      if (other == null) {
        throw new IllegalArgumentException(
            "PairedComparison: expected query " + query.id() + " in both reports, got it in one");
      }
      Double valueBefore = query.values().get(metric);
      Double valueAfter = other.values().get(metric);
      if ((valueBefore == null) != (valueAfter == null)) {
        throw new IllegalArgumentException(
            "PairedComparison: expected the same golds for query "
                + query.id()
                + " in both reports, got "
                + query.golds()
                + " and "
                + other.golds());
      }
      if (valueBefore != null && valueAfter != null) {
        before[count] = valueBefore;
        after[count++] = valueAfter;
      }
    }
    if (!candidates.isEmpty()) {
      throw new IllegalArgumentException(
          "PairedComparison: expected query "
              + candidates.keySet().iterator().next()
              + " in both reports, got it in one");
    }
    return of(metric, Arrays.copyOf(before, count), Arrays.copyOf(after, count), seed);
  }

  /**
   * Compares values that belong together by their index.
   *
   * @throws IllegalArgumentException if the lengths differ or are 0
   */
  public static PairedComparison of(
      String metric, double[] baseline, double[] candidate, long seed) {
    if (baseline.length != candidate.length || baseline.length == 0) {
      throw new IllegalArgumentException(
          "PairedComparison("
              + metric
              + "): expected as many values of both systems, at least one, got "
              + baseline.length
              + " and "
              + candidate.length);
    }
    double[] differences = new double[baseline.length];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = candidate[i] - baseline[i];
    }
    RandomGenerator random = new Well19937c(seed);
    double[] means = bootstrapMeans(differences, random);
    return new PairedComparison(
        metric,
        differences.length,
        StatUtils.mean(baseline),
        StatUtils.mean(candidate),
        StatUtils.mean(differences),
        new Interval(StatUtils.percentile(means, 2.5), StatUtils.percentile(means, 97.5)),
        randomisationTest(differences, random));
  }

  private static Map<String, EvaluationReport.QueryResult> byId(EvaluationReport report) {
    Map<String, EvaluationReport.QueryResult> byId = new LinkedHashMap<>();
    report.queries().forEach(query -> byId.put(query.id(), query));
    return byId;
  }

  private static double[] bootstrapMeans(double[] differences, RandomGenerator random) {
    double[] means = new double[RESAMPLES];
    for (int resample = 0; resample < RESAMPLES; resample++) {
      double sum = 0;
      for (int i = 0; i < differences.length; i++) {
        sum += differences[random.nextInt(differences.length)];
      }
      means[resample] = sum / differences.length;
    }
    return means;
  }

  private static double randomisationTest(double[] differences, RandomGenerator random) {
    double[] nonZero = Arrays.stream(differences).filter(difference -> difference != 0).toArray();
    double threshold = Math.abs(StatUtils.sum(nonZero)) - ROUNDING;
    if (nonZero.length <= EXACT) {
      int assignments = 1 << nonZero.length;
      int extreme = 0;
      for (int signs = 0; signs < assignments; signs++) {
        double sum = 0;
        for (int i = 0; i < nonZero.length; i++) {
          sum += (signs >> i & 1) == 0 ? nonZero[i] : -nonZero[i];
        }
        extreme += Math.abs(sum) >= threshold ? 1 : 0;
      }
      return (double) extreme / assignments;
    }
    int extreme = 0;
    for (int resample = 0; resample < RESAMPLES; resample++) {
      double sum = 0;
      for (double difference : nonZero) {
        sum += random.nextBoolean() ? difference : -difference;
      }
      extreme += Math.abs(sum) >= threshold ? 1 : 0;
    }
    // The observed assignment is one of the possible ones: never 0.
    return (extreme + 1.0) / (RESAMPLES + 1.0);
  }

  /** One line, such as {@code hit@1: 0.4340 -> 0.4530, +0.0190 [+0.0050, +0.0330], p = 0.0120}. */
  public String toLine() {
    return String.format(
        Locale.ROOT,
        "%s: %.4f -> %.4f, %+.4f [%+.4f, %+.4f], p = %.4f, %d queries",
        metric,
        baseline,
        candidate,
        difference,
        interval.low,
        interval.high,
        pValue,
        queries);
  }
}
