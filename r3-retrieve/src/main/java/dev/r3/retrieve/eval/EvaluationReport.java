package dev.r3.retrieve.eval;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What one system scored, query by query.
 *
 * @param system its name
 * @param poolSize how many skills were ranked
 * @param metrics names, in the order of tables
 */
public record EvaluationReport(
    String system, int poolSize, List<String> metrics, List<QueryResult> queries) {

  /** Stands for all queries, whatever their direction. */
  public static final String ALL = "all";

  /**
   * What one query scored.
   *
   * @param golds size of the gold set
   * @param first the skill that was ranked first
   * @param values by metric name; a metric that says nothing about the query is missing
   */
  public record QueryResult(
      String id, String direction, int golds, String first, Map<String, Double> values) {
    public QueryResult {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  public EvaluationReport {
    metrics = List.copyOf(metrics);
    queries = List.copyOf(queries);
  }

  /** The known directions, sorted. */
  public List<String> directions() {
    return queries.stream()
        .map(QueryResult::direction)
        .filter(direction -> !direction.isEmpty())
        .distinct()
        .sorted()
        .toList();
  }

  /** The mean over all queries that the metric speaks of; empty if there are none. */
  public OptionalDouble mean(String metric) {
    return mean(metric, ALL);
  }

  /**
   * The mean over the queries of one direction that the metric speaks of; empty if there are none.
   *
   * @throws IllegalArgumentException if the report has no such metric
   */
  public OptionalDouble mean(String metric, String direction) {
    requireMetric(metric);
    return of(direction)
        .filter(query -> query.values.containsKey(metric))
        .mapToDouble(query -> query.values.get(metric))
        .average();
  }

  /**
   * The share of the queries for which another system ranks the same skill first.
   *
   * @throws IllegalArgumentException if the other report is not of the same queries
   */
  public double agreement(EvaluationReport other) {
    requireSameQueries(other);
    long same = 0;
    for (int i = 0; i < queries.size(); i++) {
      if (queries.get(i).first.equals(other.queries.get(i).first)) {
        same++;
      }
    }
    return (double) same / queries.size();
  }

  private void requireSameQueries(EvaluationReport other) {
    List<String> own = queries.stream().map(QueryResult::id).toList();
    if (!own.equals(other.queries.stream().map(QueryResult::id).toList())) {
      throw new IllegalArgumentException(
          "EvaluationReport("
              + system
              + "): expected the same queries in the same order, got others in "
              + other.system);
    }
  }

  void requireMetric(String metric) {
    if (!metrics.contains(metric)) {
      throw new IllegalArgumentException(
          "EvaluationReport(" + system + "): expected one of " + metrics + ", got " + metric);
    }
  }

  private Stream<QueryResult> of(String direction) {
    return queries.stream()
        .filter(query -> direction.equals(ALL) || query.direction.equals(direction));
  }

  /** A table of text: one line a metric, one column for all queries and one a direction. */
  public String toTable() {
    StringBuilder table =
        new StringBuilder(
            "%s: %d queries, pool of %d skills%n".formatted(system, queries.size(), poolSize));
    appendLine(table, "", direction -> direction);
    appendLine(table, "queries", direction -> Long.toString(of(direction).count()));
    appendLine(
        table,
        "with 2+ golds",
        direction -> Long.toString(of(direction).filter(query -> query.golds > 1).count()));
    for (String metric : metrics) {
      appendLine(
          table,
          metric,
          direction -> {
            OptionalDouble mean = mean(metric, direction);
            return mean.isEmpty() ? "-" : String.format(Locale.ROOT, "%.4f", mean.getAsDouble());
          });
    }
    return table.toString();
  }

  private void appendLine(StringBuilder table, String label, Function<String, String> cell) {
    table.append("%-14s".formatted(label));
    Stream.concat(Stream.of(ALL), directions().stream())
        .forEach(direction -> table.append("%9s".formatted(cell.apply(direction))));
    table.append(System.lineSeparator());
  }

  /**
   * Writes the report, with its means and every query's values, as JSON.
   *
   * @throws java.io.UncheckedIOException if that fails
   */
  public void write(Path file) {
    ReportFile.write(file, this);
  }

  /**
   * Reads a report that {@link #write} wrote.
   *
   * @throws dev.r3.tensor.io.DataException if the file is not such a report
   */
  public static EvaluationReport read(Path file) {
    return ReportFile.read(file);
  }
}
