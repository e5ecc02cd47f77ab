package dev.r3.cli.report;

import dev.r3.retrieve.eval.EvaluationReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one system scored.
 *
 * @param system its name
 * @param scores by direction; "all" is all requests
 */
public record SystemScores(String system, Map<String, Scores> scores) {

  /**
   * Means over the requests of one direction.
   *
   * @param queries how many they are
   * @param means in [0, 1], by metric; a metric that says nothing about them is missing
   */
  public record Scores(int queries, Map<String, Double> means) {
    public Scores {
      means.forEach(
          (metric, mean) -> {
            if (!(mean >= 0 && mean <= 1)) {
              throw new IllegalArgumentException(
                  "SystemScores(" + metric + "): expected a mean from 0 to 1, got " + mean);
            }
          });
      means = Collections.unmodifiableMap(new LinkedHashMap<>(means));
    }
  }

  public SystemScores {
    scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
  }

  /** The means of an evaluation, for all requests and then direction by direction. */
  public static SystemScores of(String system, EvaluationReport report, List<String> metrics) {
    List<String> directions = new ArrayList<>(report.directions());
    directions.add(0, EvaluationReport.ALL);
    Map<String, Scores> scores = new LinkedHashMap<>();
    for (String direction : directions) {
      Map<String, Double> means = new LinkedHashMap<>();
      for (String metric : metrics) {
        report.mean(metric, direction).ifPresent(mean -> means.put(metric, mean));
      }
      long queries =
          report.queries().stream()
              .filter(
                  query ->
                      direction.equals(EvaluationReport.ALL) || query.direction().equals(direction))
              .count();
      scores.put(direction, new Scores(Math.toIntExact(queries), means));
    }
    return new SystemScores(system, scores);
  }
}
