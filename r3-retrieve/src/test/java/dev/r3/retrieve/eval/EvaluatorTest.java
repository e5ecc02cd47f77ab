package dev.r3.retrieve.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.retrieve.metric.HitAtK;
import dev.r3.retrieve.metric.Metric;
import dev.r3.retrieve.metric.Ranking;
import dev.r3.retrieve.metric.RecallAtK;
import dev.r3.retrieve.metric.SetCompat;
import dev.r3.retrieve.route.SkillRouter;
import dev.r3.retrieve.route.TextEmbedder;
import dev.r3.retrieve.skill.Skill;
import dev.r3.retrieve.skill.SkillLibrary;
import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorTest {
  private static final SkillLibrary POOL =
      SkillLibrary.of(
          List.of(
              new Skill("a", "x", "", ""),
              new Skill("b", "x", "", ""),
              new Skill("c", "x", "", "")));

  private static final List<LabeledQuery> QUERIES =
      List.of(
          new LabeledQuery("q1", "one", Set.of("a"), "en2en"),
          new LabeledQuery("q2", "two", Set.of("b", "a"), "en2en"),
          new LabeledQuery("q3", "three", Set.of("b"), "zh2en"),
          new LabeledQuery("q4", "four", Set.of("c", "b"), "zh2en"),
          new LabeledQuery("q5", "five", Set.of("c"), ""));

  private static final RankingFunction ALPHABETICAL =
      (requests, depth) ->
          requests.stream().map(request -> new Ranking(List.of("a", "b", "c"))).toList();

  private static final Evaluator EVALUATOR =
      new Evaluator(List.of(new HitAtK(1), new RecallAtK(2), new SetCompat()));

  @Test
  void meansAreOverAllQueriesAndOverEachDirection() {
    EvaluationReport report = EVALUATOR.evaluate("abc", POOL, QUERIES, ALPHABETICAL);
    assertThat(report.mean("hit@1")).hasValue(0.4);
    assertThat(report.mean("hit@1", "en2en")).hasValue(1);
    assertThat(report.mean("recall@2", "zh2en")).hasValue(0.75);
    assertThat(report.mean("set_compat")).hasValue(0.5);
    assertThat(report.mean("set_compat", "zh2en")).hasValue(0);
    assertThat(report.mean("hit@1", "zh2zh")).isEmpty();
    assertThat(report.directions()).containsExactly("en2en", "zh2en");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report.mean("hit@7"))
        .withMessage(
            "EvaluationReport(abc): expected one of [hit@1, recall@2, set_compat], got hit@7");
  }

  @Test
  void theTableHasALineForEveryMetricAndAColumnForEveryDirection() {
    EvaluationReport report =
        EVALUATOR.evaluate("abc", POOL, List.of(QUERIES.get(1), QUERIES.get(2)), ALPHABETICAL);
    assertThat(report.toTable())
        .isEqualToNormalizingNewlines(
            """
            abc: 2 queries, pool of 3 skills
                                all    en2en    zh2en
            queries               2        1        1
            with 2+ golds         1        1        0
            hit@1            0.5000   1.0000   0.0000
            recall@2         1.0000   1.0000   1.0000
            set_compat       1.0000   1.0000        -
            """);
  }

  @Test
  void systemsAgreeWhereTheyRankTheSameSkillFirst() {
    EvaluationReport report = EVALUATOR.evaluate("abc", POOL, QUERIES, ALPHABETICAL);
    RankingFunction almost =
        (requests, depth) ->
            requests.stream()
                .map(
                    request ->
                        request.equals("three") ? List.of("b", "a", "c") : List.of("a", "c", "b"))
                .map(Ranking::new)
                .toList();
    EvaluationReport other = EVALUATOR.evaluate("almost", POOL, QUERIES, almost);
    assertThat(report.agreement(other)).isEqualTo(0.8);
    assertThat(report.agreement(report)).isEqualTo(1);
    EvaluationReport fewer = EVALUATOR.evaluate("few", POOL, QUERIES.subList(1, 3), ALPHABETICAL);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report.agreement(fewer))
        .withMessage(
            "EvaluationReport(abc): expected the same queries in the same order, got others in few");
  }

  @Test
  void aReportIsTheSameAfterWritingAndReading(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("report.json");
    EvaluationReport report =
        Evaluator.standard()
            .evaluate(
                "abc",
                POOL,
                QUERIES,
                (requests, depth) ->
                    requests.stream().map(request -> new Ranking(List.of("c", "a", "b"))).toList());
    report.write(file);
    assertThat(EvaluationReport.read(file)).isEqualTo(report);
    assertThat(Files.readString(file)).contains("\"means\"", "\"en2en\"", "\"set_compat\"");
  }

  @Test
  void aFileThatIsNoReportIsAnError(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("report.json");
    for (String content : List.of("{}", "[]", "", "{\"metrics\":[],\"queries\":[{}]}", "no json")) {
      Files.writeString(file, content);
      assertThatThrownBy(() -> EvaluationReport.read(file))
          .as(content)
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(file + ": expected an evaluation report, got ");
    }
    Path missing = folder.resolve("missing.json");
    assertThatThrownBy(() -> EvaluationReport.read(missing))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(missing + ": expected a readable file, got ");
  }

  @Test
  void theSystemIsAskedForAsManyPlacesAsTheMetricsRead() {
    List<Integer> depths = new ArrayList<>();
    RankingFunction recording =
        (requests, depth) -> {
          depths.add(depth);
          return ALPHABETICAL.rank(requests, depth);
        };
    Evaluator onlySets = new Evaluator(List.of(new HitAtK(1), new SetCompat()));
    assertThat(onlySets.evaluate("x", POOL, QUERIES, recording).queries()).hasSize(5);
    assertThat(Evaluator.standard().evaluate("x", POOL, QUERIES, recording).queries()).hasSize(5);
    assertThat(depths).containsExactly(2, 3);
  }

  @Test
  void manyQueriesComeInBatchesAndStayInOrder() {
    List<LabeledQuery> many =
        IntStream.range(0, 600)
            .mapToObj(i -> new LabeledQuery("q" + i, "text " + i, Set.of("a"), ""))
            .toList();
    List<Integer> batches = new ArrayList<>();
    EvaluationReport report =
        EVALUATOR.evaluate(
            "even",
            POOL,
            many,
            (requests, depth) -> {
              batches.add(requests.size());
              return requests.stream()
                  .map(text -> Integer.parseInt(text.substring(5)) % 2 == 0)
                  .map(even -> new Ranking(even ? List.of("a", "b") : List.of("b", "a")))
                  .toList();
            });
    assertThat(batches).containsExactly(256, 256, 88);
    for (int i = 0; i < 600; i++) {
      assertThat(report.queries().get(i).id()).isEqualTo("q" + i);
      assertThat(report.queries().get(i).values().get("hit@1")).isEqualTo(1 - i % 2);
    }
  }

  @Test
  void aRouterIsASystem() {
    TextEmbedder axes =
        new TextEmbedder() {
          @Override
          public int dimension() {
            return 2;
          }

          @Override
          public float[][] embedQueries(List<String> queries) {
            return embedSkills(queries);
          }

          @Override
          public float[][] embedSkills(List<String> skills) {
            return skills.stream()
                .map(text -> text.startsWith("x") ? new float[] {1, 0} : new float[] {0, 1})
                .toArray(float[][]::new);
          }

          @Override
          public String fingerprint() {
            return "axes";
          }
        };
    SkillLibrary pool =
        SkillLibrary.of(List.of(new Skill("x", "x", "", ""), new Skill("y", "y", "", "")));
    List<LabeledQuery> queries =
        List.of(
            new LabeledQuery("q1", "x please", Set.of("x"), ""),
            new LabeledQuery("q2", "y please", Set.of("x"), ""));
    try (SkillRouter router = SkillRouter.builder(axes).library(pool)) {
      EvaluationReport report =
          EVALUATOR.evaluate("router", pool, queries, RankingFunction.of(router));
      assertThat(report.mean("hit@1")).hasValue(0.5);
    }
  }

  @Test
  void refusesQueriesThatCannotBeMeasured() {
    LabeledQuery unknown = new LabeledQuery("q", "x", Set.of("z"), "");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EVALUATOR.evaluate("s", POOL, List.of(unknown), ALPHABETICAL))
        .withMessage("Evaluator(query q): expected gold skills of the pool of 3, got z");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EVALUATOR.evaluate("s", POOL, List.of(), ALPHABETICAL))
        .withMessage("Evaluator: expected at least one query, got none");
    LabeledQuery query = QUERIES.get(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EVALUATOR.evaluate("s", POOL, List.of(query, query), ALPHABETICAL))
        .withMessage("Evaluator: expected every query once, got q1 twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Evaluator(List.<Metric>of(new HitAtK(1), new HitAtK(1))))
        .withMessage("Evaluator: expected every metric once, got hit@1 twice");
  }

  @Test
  void refusesSystemsThatLeaveSomethingOut() {
    assertThatIllegalStateException()
        .isThrownBy(() -> EVALUATOR.evaluate("s", POOL, QUERIES, (requests, depth) -> List.of()))
        .withMessage("Evaluator(s): expected one ranking for each of 5 queries, got 0");
    assertThatIllegalStateException()
        .isThrownBy(() -> EVALUATOR.evaluate("s", POOL, QUERIES, always("a")))
        .withMessage("Evaluator(s, query q1): expected 2 places, got 1");
    assertThatIllegalStateException()
        .isThrownBy(() -> EVALUATOR.evaluate("s", POOL, QUERIES, always("a", "z")))
        .withMessage("Evaluator(s, query q1): expected skills of the pool, got z");
  }

  private static RankingFunction always(String... ids) {
    return (requests, depth) ->
        requests.stream().map(request -> new Ranking(List.of(ids))).toList();
  }
}
