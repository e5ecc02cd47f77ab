package dev.r3.cli.report;

import dev.r3.cli.report.RoutedExample.Candidate;
import dev.r3.cli.report.RoutedExample.Role;
import dev.r3.cli.report.SystemScores.Scores;
import dev.r3.retrieve.eval.PairedComparison;
import dev.r3.tensor.Philox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A report with every part in it; its numbers are made up. */
final class SampleReport {
  static final List<String> METRICS =
      List.of("hit@1", "ndcg@10", "recall@10", "set_compat", "comp@10");
  static final List<String> SYSTEMS =
      List.of("untrained base", "R3-Embedding", "+ reranker without push-away", "+ R3-Reranker");
  static final Map<String, Integer> DIRECTIONS =
      new LinkedHashMap<>(
          Map.of("all", 528, "en2en", 141, "en2zh", 122, "zh2en", 140, "zh2zh", 125));

  private SampleReport() {}

  static ReportData data() {
    return new ReportData(
        "R3 demo, preset <quick> & \"small\"",
        facts(),
        METRICS,
        systems(),
        List.of(
            new Comparison(
                "+ reranker without push-away",
                "+ R3-Reranker",
                new PairedComparison(
                    "set_compat",
                    199,
                    0.142,
                    0.171,
                    0.029,
                    new PairedComparison.Interval(-0.004, 0.063),
                    0.0871)),
            new Comparison(
                "untrained base",
                "R3-Embedding",
                new PairedComparison(
                    "hit@1",
                    528,
                    0.318,
                    0.453,
                    0.135,
                    new PairedComparison.Interval(0.09, 0.18),
                    0.00009))),
        List.of(
            curve("R3-Embedding", "InfoNCE (nats)", 260, 3.2, 1),
            curve("R3-Reranker", "graded listwise cross-entropy (nats)", 1800, 2.1, 2)),
        List.of(example("把这份英文合同翻译成中文,并检查 <条款> & 风险", "zh2en"), example("budget", "en2en")),
        List.of("The set is small: 199 test requests need 2 or more skills.", "a < b & c"));
  }

  private static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("preset", "quick");
    facts.put("seed", "1");
    facts.put("base model", "bge-small-zh-v1.5");
    facts.put("backend", "java: CPU, 512-bit vectors, 2 threads");
    facts.put("machine", "Linux amd64, AMD EPYC, 2 cores, 23.5 GiB");
    facts.put("date", "2026-11-25");
    facts.put("training", "embedding 9 min 12 s, rerankers 2 × 6 min 05 s");
    return facts;
  }

  static List<SystemScores> systems() {
    double[] levels = {0.32, 0.45, 0.47, 0.49};
    List<SystemScores> systems = new ArrayList<>();
    Philox random = Philox.of(1, 0, 0);
    for (int i = 0; i < levels.length; i++) {
      Map<String, Scores> scores = new LinkedHashMap<>();
      for (String direction : List.of("all", "en2en", "en2zh", "zh2en", "zh2zh")) {
        Map<String, Double> means = new LinkedHashMap<>();
        for (String metric : METRICS) {
          double share = metric.equals("set_compat") ? 0.3 : metric.equals("hit@1") ? 1 : 1.4;
          if (!(metric.equals("set_compat") && direction.equals("zh2en"))) {
            means.put(metric, share * levels[i] + 0.1 * random.uniform());
          }
        }
        scores.put(direction, new Scores(DIRECTIONS.get(direction), means));
      }
      systems.add(new SystemScores(SYSTEMS.get(i), scores));
    }
    return systems;
  }

  static TrainingCurve curve(String model, String loss, int steps, double start, long seed) {
    Philox random = Philox.of(seed, 0, 0);
    List<TrainingCurve.Point> points = new ArrayList<>();
    List<TrainingCurve.Validation> validations = new ArrayList<>();
    for (int step = 1; step <= steps; step++) {
      double share = (double) step / steps;
      double value = start * (0.15 + 0.85 * Math.exp(-4 * share)) * (1 + 0.15 * random.normal());
      double warm = Math.min(1, share / 0.1);
      points.add(new TrainingCurve.Point(step, value, 1e-4 * warm * (1 - 0.9 * share)));
      if (step % (steps / 8) == 0) {
        validations.add(
            new TrainingCurve.Validation(step, 0.4 + 0.2 * share - 0.12 * share * share * share));
      }
    }
    return new TrainingCurve(model, loss, points, "dev ndcg@10", validations);
  }

  static RoutedExample example(String query, String direction) {
    return new RoutedExample(
        query,
        direction,
        List.of(
            new Candidate("skill-00344", "contract-translator", Role.GOLD, 2, 0.7214, 4.25),
            new Candidate("skill-00012", "合同风险检查 <v2>", Role.GOLD, 5, 0.6120, 3.5),
            new Candidate("skill-00101", "clause-library", Role.SKIP_PARTNER, 1, 0.7331, -0.75),
            new Candidate("skill-00401", "terminology-bank", Role.OTHER, 3, 0.6900, -2.25),
            new Candidate("skill-00001", "brand-voice", Role.OTHER, 24, 0.41, null)));
  }
}
