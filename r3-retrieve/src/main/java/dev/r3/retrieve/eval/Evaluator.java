package dev.r3.retrieve.eval;

import dev.r3.retrieve.metric.Metric;
import dev.r3.retrieve.metric.Ranking;
import dev.r3.retrieve.skill.SkillLibrary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures systems by metrics, on labelled queries over a pool of skills. */
public record Evaluator(List<Metric> metrics) {
  private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);

  /** Requests that a system gets at a time. */
  private static final int BATCH = 256;

  public Evaluator {
    metrics = List.copyOf(metrics);
    Set<String> names = new HashSet<>();
    for (Metric metric : metrics) {
      if (!names.add(metric.name())) {
        throw new IllegalArgumentException(
            "Evaluator: expected every metric once, got " + metric.name() + " twice");
      }
    }
  }

  /** An evaluator with {@link Metric#standard}. */
  public static Evaluator standard() {
    return new Evaluator(Metric.standard());
  }

  /**
   * Ranks the pool for every query and measures the rankings.
   *
   * @param name of the system, for the report
   * @throws IllegalArgumentException if there is no query, a query id comes twice, or a gold skill
   *     is not in the pool
   * @throws IllegalStateException if the system leaves out rankings or places, or ranks a skill
   *     that is not in the pool
   */
  public EvaluationReport evaluate(
      String name, SkillLibrary pool, List<LabeledQuery> queries, RankingFunction system) {
    check(pool, queries);
    int depth = Math.min(pool.size(), queries.stream().mapToInt(this::depth).max().orElse(0));
    List<EvaluationReport.QueryResult> results = new ArrayList<>(queries.size());
    for (int from = 0; from < queries.size(); from += BATCH) {
      List<LabeledQuery> batch = queries.subList(from, Math.min(from + BATCH, queries.size()));
      List<Ranking> rankings = system.rank(batch.stream().map(LabeledQuery::query).toList(), depth);
      if (rankings.size() != batch.size()) {
        throw new IllegalStateException(
            "Evaluator("
                + name
                + "): expected one ranking for each of "
                + batch.size()
                + " queries, got "
                + rankings.size());
      }
      for (int i = 0; i < batch.size(); i++) {
        LabeledQuery query = batch.get(i);
        check(name + ", query " + query.id(), rankings.get(i), pool, depth);
        results.add(measure(query, rankings.get(i)));
      }
      LOG.debug("{}: {} of {} queries", name, results.size(), queries.size());
    }
    return new EvaluationReport(
        name, pool.size(), metrics.stream().map(Metric::name).toList(), results);
  }

  private int depth(LabeledQuery query) {
    int golds = query.skillIds().size();
    return metrics.stream().mapToInt(metric -> metric.depth(golds)).max().orElse(0);
  }

  private EvaluationReport.QueryResult measure(LabeledQuery query, Ranking ranking) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      metric.of(ranking, query.skillIds()).ifPresent(value -> values.put(metric.name(), value));
    }
    return new EvaluationReport.QueryResult(
        query.id(), query.direction(), query.skillIds().size(), ranking.ids().get(0), values);
  }

  private static void check(SkillLibrary pool, List<LabeledQuery> queries) {
    if (queries.isEmpty()) {
      throw new IllegalArgumentException("Evaluator: expected at least one query, got none");
    }
    Set<String> ids = new HashSet<>();
    for (LabeledQuery query : queries) {
      if (!ids.add(query.id())) {
        throw new IllegalArgumentException(
            "Evaluator: expected every query once, got " + query.id() + " twice");
      }
      for (String gold : query.skillIds()) {
        if (!pool.contains(gold)) {
          throw new IllegalArgumentException(
              "Evaluator(query "
                  + query.id()
                  + "): expected gold skills of the pool of "
                  + pool.size()
                  + ", got "
                  + gold);
        }
      }
    }
  }

  /** A ranking that is cut too early would measure worse than it is. */
  private static void check(String where, Ranking ranking, SkillLibrary pool, int depth) {
    if (ranking.ids().size() < depth) {
      throw new IllegalStateException(
          "Evaluator(" + where + "): expected " + depth + " places, got " + ranking.ids().size());
    }
    for (String id : ranking.ids()) {
      if (!pool.contains(id)) {
        throw new IllegalStateException(
            "Evaluator(" + where + "): expected skills of the pool, got " + id);
      }
    }
  }
}
