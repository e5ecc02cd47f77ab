package dev.r3.cli.report;

import dev.r3.cli.report.RoutedExample.Candidate;
import dev.r3.cli.report.RoutedExample.Role;
import java.util.Locale;

/** One request, and the skills that the router found for it with the scores of both stages. */
final class ExampleTable {
  private ExampleTable() {}

  static void draw(Markup page, RoutedExample example) {
    page.open("figure");
    page.open("figcaption");
    page.text("“" + example.query() + "”");
    if (!example.direction().isEmpty()) {
      page.text(" ");
      page.leaf("span", example.direction(), "class", "direction");
    }
    page.close();
    page.open("div", "class", "wide");
    page.open("table");
    page.open("thead");
    page.open("tr");
    page.leaf("th", "place", "scope", "col", "class", "number");
    page.leaf("th", "skill", "scope", "col");
    page.leaf("th", "", "scope", "col");
    page.leaf("th", "similarity", "scope", "col", "class", "number");
    page.leaf("th", "place by it", "scope", "col", "class", "number");
    page.leaf("th", "rerank score", "scope", "col", "class", "number");
    page.close();
    page.close();
    page.open("tbody");
    for (int i = 0; i < example.candidates().size(); i++) {
      drawCandidate(page, i + 1, example.candidates().get(i));
    }
    page.close();
    page.close();
    page.close();
    page.close();
  }

  private static void drawCandidate(Markup page, int place, Candidate candidate) {
    page.open("tr", "class", style(candidate.role()));
    page.leaf("td", Integer.toString(place), "class", "number");
    page.open("td");
    page.text(candidate.name() + " ");
    page.leaf("span", candidate.id(), "class", "id");
    page.close();
    page.open("td");
    if (candidate.role() != Role.OTHER) {
      page.leaf("span", label(candidate.role()), "class", "role");
    }
    page.close();
    page.leaf("td", number(candidate.similarity()), "class", "number");
    page.leaf("td", candidate.firstRank() + ".", "class", "number");
    Double score = candidate.rerankScore();
    page.leaf("td", score == null ? "–" : number(score), "class", "number");
    page.close();
  }

  private static String label(Role role) {
    return role == Role.GOLD ? "✓ gold" : "✗ rejected with gold";
  }

  private static String style(Role role) {
    return role.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String number(double score) {
    return String.format(Locale.ROOT, "%.3f", score).replace('-', '−');
  }
}
