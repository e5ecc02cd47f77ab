package dev.r3.retrieve.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.r3.tensor.io.SafetensorsFile;
import dev.r3.tensor.io.StoredTensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with the values of the R3-Skill reference evaluation (goldens/metrics/README.md). */
class GoldenMetricsTest {
  private static final Map<String, Metric> METRICS =
      Metric.standard().stream().collect(Collectors.toMap(Metric::name, metric -> metric));

  private static JsonNode cases;
  private static SafetensorsFile scores;

  @BeforeAll
  static void readGoldens() throws Exception {
    cases = new ObjectMapper().readTree(Files.newInputStream(resource("cases.json")));
    scores = SafetensorsFile.open(resource("scores.safetensors"));
  }

  @AfterAll
  static void close() {
    scores.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mixed_20x60",
        "multi_15x40",
        "many_gt_10x50",
        "mixed_50x200",
        "few_docs_6x4",
        "docs15_8x15",
        "docs16_8x16",
        "single_but_one_12x30",
        "dup_and_missing_gt_6x25",
        "affine_10x40",
        "two_stage_ties_at_-1e9_16x80"
      })
  void agreesWithTheReferenceOnEveryQueryAndOnTheMean(String name) {
    JsonNode golden = golden(name);
    check(golden, rows(name));
  }

  @Test
  void everyGoldenCaseIsTested() {
    assertThat(cases).hasSize(11);
  }

  @Test
  void aChangedScoreBreaksTheGolden() {
    float[][] rows = rows("multi_15x40");
    String first = golden("multi_15x40").get("top15").get(0).get(0).asText();
    rows[0][strings(golden("multi_15x40").get("sids")).indexOf(first)] = -1e9f;
    assertThatThrownBy(() -> check(golden("multi_15x40"), rows)).isInstanceOf(AssertionError.class);
  }

  @Test
  void aRerankedPoolIsTheRerankedCandidatesAndThenTheRest() {
    float[][] firstStage = rows("two_stage.first_stage");
    float[][] rerank = rows("two_stage.rerank_scores");
    JsonNode golden = golden("two_stage_ties_at_-1e9_16x80");
    List<String> ids = strings(golden.get("sids"));
    float[][] combined = new float[firstStage.length][ids.size()];
    for (int query = 0; query < combined.length; query++) {
      Arrays.fill(combined[query], -1e9f);
      for (String id : Ranking.of(ids, firstStage[query]).top(20)) {
        combined[query][ids.indexOf(id)] = rerank[query][ids.indexOf(id)];
      }
    }
    check(golden, combined);
  }

  private static void check(JsonNode golden, float[][] rows) {
    List<String> ids = strings(golden.get("sids"));
    List<Ranking> rankings = new ArrayList<>();
    List<Set<String>> golds = new ArrayList<>();
    for (int query = 0; query < rows.length; query++) {
      rankings.add(Ranking.of(ids, rows[query]));
      golds.add(new HashSet<>(strings(golden.get("gt").get(query))));
      assertThat(rankings.get(query).top(15))
          .as("top 15 of query %d", query)
          .isEqualTo(strings(golden.get("top15").get(query)));
    }
    golden
        .get("metrics")
        .fieldNames()
        .forEachRemaining(
            name -> {
              Metric metric = METRICS.get(name);
              assertThat(metric).as(name).isNotNull();
              double sum = 0;
              int defined = 0;
              for (int query = 0; query < rows.length; query++) {
                OptionalDouble value = metric.of(rankings.get(query), golds.get(query));
                JsonNode expected = golden.get("per_query").get(query).get(name);
                assertThat(value.isEmpty())
                    .as("%s, query %d", name, query)
                    .isEqualTo(expected.isNull());
                if (value.isPresent()) {
                  // The golden holds 12 digits a query.
                  assertThat(value.getAsDouble())
                      .as("%s, query %d", name, query)
                      .isCloseTo(expected.asDouble(), within(1e-12));
                  sum += value.getAsDouble();
                  defined++;
                }
              }
              assertThat(sum / defined)
                  .as(name)
                  .isCloseTo(golden.get("metrics").get(name).asDouble(), within(1e-12));
            });
  }

  private static JsonNode golden(String name) {
    return StreamSupport.stream(cases.spliterator(), false)
        .filter(golden -> golden.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(element -> strings.add(element.asText()));
    return strings;
  }

  private static Path resource(String name) throws Exception {
    return Path.of(GoldenMetricsTest.class.getResource("/goldens/metrics/" + name).toURI());
  }

  private static float[][] rows(String name) {
    StoredTensor matrix = scores.tensor(name);
    float[] values = matrix.toFloats();
    int columns = matrix.shape().lastAxis();
    float[][] rows = new float[matrix.shape().rows()][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
    }
    return rows;
  }
}
