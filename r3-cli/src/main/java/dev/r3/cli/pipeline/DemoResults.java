package dev.r3.cli.pipeline;

import dev.r3.retrieve.eval.EvaluationReport;
import dev.r3.retrieve.eval.PairedComparison;
import dev.r3.retrieve.route.Routed;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What a run of the main job found.
 *
 * @param end {@link #FINISHED}, or where it stopped or failed
 * @param seconds wall-clock time of each part
 * @param wholePool the systems over all skills, in the order of the table
 * @param ownPool the same over the held-out skills alone (the disjoint-pool protocol of R3-Skill)
 * @param comparisons of neighbouring systems over all skills
 * @param curves of every training
 * @param routes what the trained router answers to two requests
 */
public record DemoResults(
    Demo.Settings settings,
    String end,
    Map<String, Double> seconds,
    List<EvaluationReport> wholePool,
    List<EvaluationReport> ownPool,
    List<Comparison> comparisons,
    List<LossCurve> curves,
    List<Route> routes) {

  /** The end of a run that came to its end. */
  public static final String FINISHED = "finished";

  /** The columns of the table. */
  public static final List<String> COLUMNS =
      List.of("hit@1", "ndcg@10", "recall@10", "set_compat", "comp@10");

  /** Whether {@code candidate} differs from {@code baseline} by more than chance. */
  public record Comparison(String baseline, String candidate, PairedComparison test) {}

  /** All skills that the reranker read for one request, best first. */
  public record Route(String request, List<Routed> skills) {
    private static final int BEST = 5;

    /** Those worth showing. */
    public List<Routed> best() {
      return skills.subList(0, Math.min(BEST, skills.size()));
    }
  }

  /** What the run's folder holds, for a sentence. */
  String contents() {
    return wholePool.isEmpty()
        ? "metrics and report are in"
        : "metrics, report, results and the models so far are in";
  }

  /** One row of a table: a system's means, by column; a column without a value is missing. */
  public record Row(String system, Map<String, Double> values) {}

  /** The table of one pool and direction ({@link EvaluationReport#ALL} for all requests). */
  public static List<Row> table(List<EvaluationReport> systems, String direction) {
    return systems.stream().map(report -> row(report, direction)).toList();
  }

  public DemoResults {
    seconds = Collections.unmodifiableMap(new LinkedHashMap<>(seconds));
    wholePool = List.copyOf(wholePool);
    ownPool = List.copyOf(ownPool);
    comparisons = List.copyOf(comparisons);
    curves = List.copyOf(curves);
    routes = List.copyOf(routes);
  }

  private static Row row(EvaluationReport report, String direction) {
    Map<String, Double> values = new TreeMap<>();
    for (String column : COLUMNS) {
      OptionalDouble mean = report.mean(column, direction);
      if (mean.isPresent()) {
        values.put(column, mean.getAsDouble());
      }
    }
    return new Row(report.system(), values);
  }
}
