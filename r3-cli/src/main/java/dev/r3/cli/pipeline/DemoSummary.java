package dev.r3.cli.pipeline;

import dev.r3.retrieve.eval.EvaluationReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * results.json of a run.
 *
 * @param end "finished", or where it stopped or failed
 * @param wholePool by direction, the rows of the table over all skills
 * @param ownPool the same over the held-out skills alone
 * @param comparisons one line each
 */
public record DemoSummary(
    Demo.Settings settings,
    String end,
    Map<String, Double> seconds,
    Map<String, List<DemoResults.Row>> wholePool,
    Map<String, List<DemoResults.Row>> ownPool,
    List<String> comparisons,
    List<Answer> routes) {

  /** All skills that the reranker read for one request, best first. */
  public record Answer(String request, List<FoundSkill> skills) {}

  public static DemoSummary of(DemoResults results) {
    return new DemoSummary(
        results.settings(),
        results.end(),
        results.seconds(),
        byDirection(results.wholePool()),
        byDirection(results.ownPool()),
        results.comparisons().stream()
            .map(c -> c.baseline() + " -> " + c.candidate() + ": " + c.test().toLine())
            .toList(),
        results.routes().stream()
            .map(r -> new Answer(r.request(), r.skills().stream().map(FoundSkill::of).toList()))
            .toList());
  }

  private static Map<String, List<DemoResults.Row>> byDirection(List<EvaluationReport> systems) {
    Map<String, List<DemoResults.Row>> tables = new LinkedHashMap<>();
    if (systems.isEmpty()) {
      return tables;
    }
    tables.put(EvaluationReport.ALL, DemoResults.table(systems, EvaluationReport.ALL));
    for (String direction : systems.get(0).directions()) {
      tables.put(direction, DemoResults.table(systems, direction));
    }
    return tables;
  }
}
