package dev.r3.cli.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a report shows, in the order of the page.
 *
 * @param title for instance "R3 demo, preset quick"
 * @param facts what the numbers depend on, by name: preset, seed, base model, backend, machine,
 *     date, durations
 * @param metrics the columns of the tables
 * @param systems the rows, from the weakest to the strongest by design
 * @param comparisons paired tests between systems
 * @param training one for each model trained
 * @param examples requests with both stages' scores
 * @param notes what a reader must know to read the numbers right
 */
public record ReportData(
    String title,
    Map<String, String> facts,
    List<String> metrics,
    List<SystemScores> systems,
    List<Comparison> comparisons,
    List<TrainingCurve> training,
    List<RoutedExample> examples,
    List<String> notes) {

  public ReportData {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    metrics = List.copyOf(metrics);
    systems = List.copyOf(systems);
    comparisons = List.copyOf(comparisons);
    training = List.copyOf(training);
    examples = List.copyOf(examples);
    notes = List.copyOf(notes);
  }
}
