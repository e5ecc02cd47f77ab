package dev.r3.cli.pipeline;

import dev.r3.cli.progress.Printable;
import dev.r3.retrieve.eval.EvaluationReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The tables of {@link DemoResults} as text. */
public final class ResultTable {
  private ResultTable() {}

  /** One table for all requests, then one for each direction. */
  public static String of(List<EvaluationReport> systems) {
    List<String> directions = new ArrayList<>(List.of(EvaluationReport.ALL));
    directions.addAll(systems.get(0).directions());
    StringBuilder text = new StringBuilder();
    for (String direction : directions) {
      text.append(Printable.padded(direction, 32));
      DemoResults.COLUMNS.forEach(column -> text.append(String.format("%12s", column)));
      text.append(System.lineSeparator());
      for (DemoResults.Row row : DemoResults.table(systems, direction)) {
        text.append("  " + Printable.padded(row.system(), 30));
        for (String column : DemoResults.COLUMNS) {
          Double value = row.values().get(column);
          String cell = value == null ? "-" : String.format(Locale.ROOT, "%.3f", value);
          text.append(String.format("%12s", cell));
        }
        text.append(System.lineSeparator());
      }
    }
    return text.toString();
  }
}
