package dev.r3.cli.report;

import dev.r3.cli.report.SystemScores.Scores;
import java.util.List;
import java.util.Locale;

/** All metrics of all systems in numbers, for all requests and for each direction. */
final class ScoreTable {
  private ScoreTable() {}

  static void draw(Markup page, List<String> metrics, List<SystemScores> systems) {
    page.open("div", "class", "wide");
    page.open("table");
    page.open("thead");
    page.open("tr");
    page.leaf("th", "system", "scope", "col");
    metrics.forEach(metric -> page.leaf("th", metric, "scope", "col", "class", "number"));
    page.close();
    page.close();
    for (String direction : ScoreBars.directions(systems)) {
      drawDirection(page, direction, metrics, systems);
    }
    page.close();
    page.close();
  }

  private static void drawDirection(
      Markup page, String direction, List<String> metrics, List<SystemScores> systems) {
    List<SystemScores> measured =
        systems.stream().filter(system -> system.scores().containsKey(direction)).toList();
    int queries = scores(measured.get(0), direction).queries();
    page.open("tbody");
    page.open("tr", "class", "group");
    page.leaf(
        "th",
        direction + " · " + queries + (queries == 1 ? " request" : " requests"),
        "colspan",
        metrics.size() + 1,
        "scope",
        "rowgroup");
    page.close();
    for (SystemScores system : measured) {
      page.open("tr");
      page.leaf("th", system.system(), "scope", "row");
      for (String metric : metrics) {
        Double mean = scores(system, direction).means().get(metric);
        boolean best =
            mean != null
                && measured.size() > 1
                && measured.stream()
                    .map(other -> scores(other, direction).means().getOrDefault(metric, 0.0))
                    .allMatch(other -> other <= mean);
        page.leaf(
            "td", mean == null ? "–" : format(mean), "class", best ? "number best" : "number");
      }
      page.close();
    }
    page.close();
  }

  private static Scores scores(SystemScores system, String direction) {
    Scores scores = system.scores().get(direction);
    if (scores == null) {
      throw new IllegalStateException(
          "ScoreTable: expected scores of " + system.system() + " for " + direction + ", got none");
    }
    return scores;
  }

  /** Three decimals without the zero before them, as papers do. */
  static String format(double mean) {
    String text = String.format(Locale.ROOT, "%.3f", mean);
    return text.startsWith("0") ? text.substring(1) : text;
  }
}
