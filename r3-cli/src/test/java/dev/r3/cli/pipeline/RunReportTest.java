package dev.r3.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.cli.report.ReportData;
import dev.r3.cli.report.RoutedExample.Candidate;
import dev.r3.cli.report.TrainingCurve;
import dev.r3.retrieve.eval.EvaluationReport;
import dev.r3.retrieve.route.Routed;
import dev.r3.retrieve.skill.Skill;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunReportTest {
  private static final Demo.Settings SETTINGS = new Demo.Settings("base", Preset.QUICK, 3, "java");

  @Test
  void showsEverythingThatARunFound() {
    EvaluationReport report =
        new EvaluationReport(
            "untrained base",
            528,
            DemoResults.COLUMNS,
            List.of(
                new EvaluationReport.QueryResult("q1", "zh2en", 2, "s1", Map.of("hit@1", 1.0)),
                new EvaluationReport.QueryResult("q2", "en2en", 1, "s2", Map.of("hit@1", 0.0))));
    LossCurve curve =
        new LossCurve(
            RunFolder.NO_PUSH_AWAY,
            List.of(new LossCurve.Point(1, 2.5, 1e-4)),
            "dev ndcg@10",
            List.of(new LossCurve.Validation(1, 0.5)));
    ReportData data =
        RunReport.of(
            new DemoResults(
                SETTINGS,
                DemoResults.FINISHED,
                Map.of("train", 61.0),
                List.of(report),
                List.of(report),
                List.of(),
                List.of(curve),
                List.of(
                    new DemoResults.Route(
                        "request", List.of(routed(1, 0.2f), routed(2, 0.9f), routed(3, 0.4f))))));
    assertThat(data.title()).isEqualTo("R3 demo, preset quick");
    assertThat(data.facts())
        .containsEntry("state", "finished")
        .containsEntry("seed", "3")
        .containsEntry("base model", "base")
        .containsEntry("test requests", "2")
        .containsEntry("skills to choose from", "528")
        .containsEntry("time", "1 min 01 s");
    assertThat(data.systems().get(0).scores().get("all").means()).containsEntry("hit@1", 0.5);
    assertThat(data.systems().get(0).scores().get("zh2en").queries()).isEqualTo(1);
    assertThat(data.training())
        .containsExactly(
            new TrainingCurve(
                "Reranker without push-away",
                "training loss (nats)",
                List.of(new TrainingCurve.Point(1, 2.5, 1e-4)),
                "dev ndcg@10",
                List.of(new TrainingCurve.Validation(1, 0.5))));
    assertThat(data.examples().get(0).candidates())
        .extracting(Candidate::firstRank)
        .as("places by similarity")
        .containsExactly(3, 1, 2);
    assertThat(data.notes()).anyMatch(note -> note.startsWith("Preset quick is made to be short"));
  }

  @Test
  void aRunThatEndedEarlySaysSo() {
    DemoResults results =
        new DemoResults(
            SETTINGS,
            "stopped in \"train R3-Embedding\" after step 2",
            Map.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    ReportData data = RunReport.of(results);
    assertThat(data.facts()).containsEntry("state", results.end());
    assertThat(data.notes()).anyMatch(note -> note.contains("This run stopped in"));
    assertThat(DemoSummary.of(results).wholePool()).isEmpty();
  }

  private static Routed routed(int rank, float similarity) {
    return new Routed(new Skill("s" + rank, "name", "", "body"), rank, similarity, -1f * rank);
  }
}
