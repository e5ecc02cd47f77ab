package dev.r3.cli.report;

import dev.r3.retrieve.eval.PairedComparison;
import java.util.List;
import java.util.Locale;

/** Paired tests between systems. */
final class ComparisonTable {
  private ComparisonTable() {}

  static void draw(Markup page, List<Comparison> comparisons) {
    page.open("div", "class", "wide");
    page.open("table");
    page.open("thead");
    page.open("tr");
    page.leaf("th", "candidate against baseline", "scope", "col");
    page.leaf("th", "metric", "scope", "col");
    for (String head : List.of("requests", "means", "difference", "95 %", "p")) {
      page.leaf("th", head, "scope", "col", "class", "number");
    }
    page.close();
    page.close();
    page.open("tbody");
    for (Comparison comparison : comparisons) {
      PairedComparison result = comparison.result();
      page.open("tr");
      page.leaf("th", comparison.candidate() + " against " + comparison.baseline(), "scope", "row");
      page.leaf("td", result.metric());
      number(page, Integer.toString(result.queries()));
      number(
          page,
          ScoreTable.format(result.baseline()) + " → " + ScoreTable.format(result.candidate()));
      number(page, signed(result.difference()));
      number(page, signed(result.interval().low()) + " to " + signed(result.interval().high()));
      number(page, probability(result.pValue()));
      page.close();
    }
    page.close();
    page.close();
    page.close();
  }

  private static void number(Markup page, String text) {
    page.leaf("td", text, "class", "number");
  }

  private static String signed(double difference) {
    String size = ScoreTable.format(Math.abs(difference));
    if (size.equals(".000")) {
      return size;
    }
    return (difference < 0 ? "−" : "+") + size;
  }

  private static String probability(double p) {
    return p < 0.001 ? "< .001" : String.format(Locale.ROOT, "%.3f", p).replaceFirst("^0", "");
  }
}
