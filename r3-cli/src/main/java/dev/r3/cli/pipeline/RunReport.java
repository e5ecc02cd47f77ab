package dev.r3.cli.pipeline;

import dev.r3.cli.machine.Machine;
import dev.r3.cli.report.Comparison;
import dev.r3.cli.report.ReportData;
import dev.r3.cli.report.RoutedExample;
import dev.r3.cli.report.SystemScores;
import dev.r3.cli.report.TrainingCurve;
import dev.r3.retrieve.eval.EvaluationReport;
import dev.r3.retrieve.route.Routed;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** report.html of a run: what it found, in the report's terms. */
public final class RunReport {
  private RunReport() {}

  /** The report of the main job, as far as it came. */
  public static ReportData of(DemoResults results) {
    Demo.Settings settings = results.settings();
    return new ReportData(
        "R3 demo, preset " + settings.preset().name(),
        facts(results),
        DemoResults.COLUMNS,
        results.wholePool().stream()
            .map(report -> SystemScores.of(report.system(), report, DemoResults.COLUMNS))
            .toList(),
        results.comparisons().stream()
            .map(c -> new Comparison(c.baseline(), c.candidate(), c.test()))
            .toList(),
        curves(results.curves()),
        results.routes().stream().map(RunReport::example).toList(),
        notes(results));
  }

  /** The report of trainings alone. */
  public static ReportData ofTrainings(RunFolder folder, Demo.Settings settings, String end) {
    return new ReportData(
        "R3 training, preset " + settings.preset().name(),
        facts(settings, end),
        List.of(),
        List.of(),
        List.of(),
        curves(new MetricsFile(folder.metrics()).curves()),
        List.of(),
        List.of());
  }

  private static Map<String, String> facts(DemoResults results) {
    Map<String, String> facts = facts(results.settings(), results.end());
    if (!results.wholePool().isEmpty()) {
      EvaluationReport report = results.wholePool().get(0);
      facts.put("test requests", Integer.toString(report.queries().size()));
      facts.put("skills to choose from", Integer.toString(report.poolSize()));
    }
    double sum = results.seconds().values().stream().mapToDouble(Double::doubleValue).sum();
    facts.put("time", minutes(sum));
    return facts;
  }

  private static Map<String, String> facts(Demo.Settings settings, String end) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("state", end);
    facts.put("preset", settings.preset().name());
    facts.put("base model", settings.base());
    facts.put("seed", Long.toString(settings.seed()));
    facts.put("backend", settings.backend());
    facts.put("machine", Machine.here().summary());
    facts.put("date", LocalDate.now().toString());
    return facts;
  }

  private static List<TrainingCurve> curves(List<LossCurve> curves) {
    return curves.stream()
        .map(
            curve ->
                new TrainingCurve(
                    title(curve.training()),
                    "training loss (nats)",
                    curve.points().stream()
                        .map(p -> new TrainingCurve.Point(p.step(), p.loss(), p.learningRate()))
                        .toList(),
                    curve.metric(),
                    curve.validations().stream()
                        .map(v -> new TrainingCurve.Validation(v.step(), v.value()))
                        .toList()))
        .toList();
  }

  private static String title(String training) {
    return switch (training) {
      case "embedding" -> "R3-Embedding";
      case "reranker" -> "R3-Reranker";
      case "reranker-no-push-away" -> "Reranker without push-away";
      default -> training;
    };
  }

  /** With each skill's place in the first stage's order of the same skills. */
  private static RoutedExample example(DemoResults.Route route) {
    List<Routed> byFirstStage = new ArrayList<>(route.skills());
    byFirstStage.sort(
        Comparator.comparing((Routed routed) -> -routed.firstStageScore())
            .thenComparing(routed -> routed.skill().id()));
    return new RoutedExample(
        route.request(),
        "",
        route.best().stream()
            .map(
                routed ->
                    new RoutedExample.Candidate(
                        routed.skill().id(),
                        routed.skill().name(),
                        RoutedExample.Role.OTHER,
                        byFirstStage.indexOf(routed) + 1,
                        routed.firstStageScore(),
                        routed.rerankScore() == null ? null : (double) routed.rerankScore()))
            .toList());
  }

  private static List<String> notes(DemoResults results) {
    Preset preset = results.settings().preset();
    List<String> notes = new ArrayList<>();
    if (!results.end().equals(DemoResults.FINISHED)) {
      notes.add("This run " + results.end() + ": what came before that is shown.");
    }
    if (preset.name().equals("quick")) {
      notes.add(
          "Preset quick is made to be short: one epoch on skills cut to %d tokens, and each reranker sees at most %d requests."
              .formatted(preset.embedding().skillTokens(), preset.reranker().requests()));
    }
    notes.add(
        "No training saw the skills of the test requests. They are looked for among all skills"
            + (preset.ownPool()
                ? "; results.json also has the scores among the held-out skills alone."
                : "."));
    results.seconds().forEach((part, time) -> notes.add(part + ": " + minutes(time)));
    return notes;
  }

  private static String minutes(double seconds) {
    return seconds < 60
        ? String.format(Locale.ROOT, "%.1f s", seconds)
        : "%d min %02d s".formatted((int) seconds / 60, (int) seconds % 60);
  }
}
