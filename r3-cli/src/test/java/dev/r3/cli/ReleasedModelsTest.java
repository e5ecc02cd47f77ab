package dev.r3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.r3.retrieve.eval.EvaluationReport;
import dev.r3.retrieve.eval.Evaluator;
import dev.r3.retrieve.eval.LabeledQuery;
import dev.r3.retrieve.eval.RankingFunction;
import dev.r3.retrieve.index.EmbeddingCache;
import dev.r3.retrieve.route.BiEncoderEmbedder;
import dev.r3.retrieve.route.CrossEncoderScorer;
import dev.r3.retrieve.route.Routed;
import dev.r3.retrieve.route.SkillRouter;
import dev.r3.retrieve.skill.Skill;
import dev.r3.retrieve.skill.SkillLibrary;
import dev.r3.tensor.Backend;
import dev.r3.tensor.TestBackends;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.qwen3.RandomQwen3;
import dev.r3.transformer.tokenizer.QwenTokenizerJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands on small models of the released ones' kind, stored as those are: an embedding model with
 * modules.json, a reranker without, both in BF16.
 */
class ReleasedModelsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TOKENS = QwenTokenizerJson.FEW;
  private static final int SKILLS = 26;

  @TempDir private static Path folder;
  private static Path embedding;
  private static Path reranker;
  private static Path skills;
  private final Backend backend = TestBackends.java();
  private TerminalRecorder recorder = new TerminalRecorder();

  @BeforeAll
  static void write() throws IOException {
    embedding = folder.resolve("models/r3-embedding");
    reranker = folder.resolve("models/r3-reranker");
    RandomQwen3 model =
        new RandomQwen3(RandomQwen3.small(TOKENS + 26), RandomQwen3.Layout.EMBEDDING);
    model.write(embedding, QwenTokenizerJson.embedding(TOKENS));
    Files.writeString(
        embedding.resolve("modules.json"),
        """
        [{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
         {"idx": 2, "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
        """);
    Files.createDirectories(embedding.resolve("1_Pooling"));
    Files.writeString(
        embedding.resolve("1_Pooling/config.json"), "{\"pooling_mode_lasttoken\": true}");
    model.with(RandomQwen3.Layout.RERANKER).write(reranker, QwenTokenizerJson.plain(TOKENS));
    StringBuilder lines = new StringBuilder();
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < SKILLS; i++) {
      char letter = (char) ('a' + i);
      lines.append(
          """
          {"id": "skill-%05d", "text": "%s tool | 处理 %s files | # %s"}
          """
              .formatted(i, letter, letter, "step ".repeat(i)));
      if (i % 4 == 0) {
        requests.append(
            """
            {"query": "open a file of kind %s", "skill_ids": ["skill-%05d"%s]}
            """
                .formatted(letter, i, i % 8 == 0 ? ", \"skill-00001\"" : ""));
      }
    }
    skills = Files.writeString(folder.resolve("skills_test.jsonl"), lines);
    Files.writeString(folder.resolve("test.jsonl"), requests);
  }

  @Test
  void findTakesTwoFoldersAndGivesRawLogOdds() throws IOException {
    JsonNode answer = find(embedding + "," + reranker);
    CrossEncoder model = CrossEncoder.open(reranker, backend);
    SkillLibrary library = SkillLibrary.readJsonl(skills);
    double last = Double.POSITIVE_INFINITY;
    assertThat(answer.get("skills")).hasSize(5);
    for (JsonNode found : answer.get("skills")) {
      String text = library.get(found.get("id").textValue()).text();
      double score = found.get("score").doubleValue();
      float expected = model.score("open it", List.of(text), new float[1])[0];
      assertThat(score).isCloseTo(expected, within(1e-4)).isLessThanOrEqualTo(last);
      assertThat(found.get("probability").isNull()).isTrue();
      last = score;
    }
    assertThat(find(folder.resolve("models").toString())).isEqualTo(answer);
  }

  @Test
  void probabilitiesComeOnRequest() throws IOException {
    String both = embedding + "," + reranker;
    for (JsonNode found : find(both, "--probability").get("skills")) {
      assertThat(found.get("probability").doubleValue())
          .isEqualTo(CrossEncoder.probability(found.get("score").floatValue()));
    }
    succeed("find", "--models", both, "--skills", skills.toString(), "--probability", "open it");
    assertThat(recorder.out().lines().toList().get(0))
        .matches(".* similarity -?\\d\\.\\d{3}, score -?\\d+\\.\\d{2}, probability 0\\.\\d{4}");
  }

  @Test
  void weightsMayBeHeldInEightBits() throws IOException {
    String both = embedding + "," + reranker;
    JsonNode stored = find(both).get("skills");
    JsonNode eight = find(both, "--weights", "int8").get("skills");
    assertThat(eight).isNotEqualTo(stored);
    assertThat(find(both, "--weights", "full").get("skills").findValuesAsText("id"))
        .isEqualTo(stored.findValuesAsText("id"));
    assertThat(run("find", "--weights", "int4", "x")).isEqualTo(2);
    assertThat(recorder.err())
        .startsWith(
            "r3: Invalid value for option '--weights': expected stored, int8 or full, got int4");
  }

  @Test
  void aLibraryOpensThem() {
    SkillLibrary library = SkillLibrary.readJsonl(skills);
    List<Routed> found;
    try (SkillRouter router =
        SkillRouter.open(embedding, reranker).cache(EmbeddingCache.none()).library(library)) {
      found = router.route("open it", 3);
    }
    CrossEncoder model = CrossEncoder.open(reranker, backend);
    for (Routed routed : found) {
      float expected = model.score("open it", List.of(routed.skill().text()), new float[1])[0];
      assertThat(routed.rerankScore()).isCloseTo(expected, within(1e-4f));
    }
  }

  @Test
  void swappedFoldersAreSaidToBe() {
    assertThat(run("find", "--models", reranker + "," + embedding, "x")).isEqualTo(1);
    assertThat(recorder.err())
        .contains("r3-embedding/config.json: expected a reranker, got an embedding model");
  }

  @Test
  void reproduceMeasuresAsTheEvaluatorDoes() throws IOException {
    succeed(
        "reproduce", "--models", embedding + "," + reranker, "--data", folder.toString(), "--json");
    JsonNode result = JSON.readTree(recorder.out());
    assertThat(result.get("requests").intValue()).isEqualTo(7);
    assertThat(result.get("skills").intValue()).isEqualTo(SKILLS);
    List<EvaluationReport> expected = evaluate();
    for (int stage = 0; stage < 2; stage++) {
      JsonNode metrics = result.at("/stages/" + stage + "/metrics");
      assertThat(metrics.fieldNames())
          .toIterable()
          .containsExactly(
              "hit@1",
              "ndcg@5",
              "ndcg@10",
              "ndcg@15",
              "recall@5",
              "recall@10",
              "recall@15",
              "comp@5",
              "comp@10",
              "comp@15",
              "set_compat");
      for (String metric : List.of("hit@1", "ndcg@10", "recall@5", "comp@15", "set_compat")) {
        assertThat(metrics.get(metric).get("measured").doubleValue())
            .as(stage + " " + metric)
            .isEqualTo(expected.get(stage).mean(metric).orElseThrow());
      }
    }
    assertThat(result.at("/stages/0/metrics/hit@1/published").doubleValue()).isEqualTo(0.7207);
    assertThat(result.at("/stages/1/metrics/comp@10/published").doubleValue()).isEqualTo(0.8969);
    assertThat(result.at("/stages/1/metrics/set_compat/paper").doubleValue()).isEqualTo(0.3525);
    assertThat(result.at("/stages/0/metrics/set_compat/paper").isNull()).isTrue();
  }

  /** Each stage by a router of its own, all requests at once. */
  private List<EvaluationReport> evaluate() {
    SkillLibrary library = SkillLibrary.readJsonl(skills);
    List<Skill> all = new ArrayList<>(library.skills());
    List<LabeledQuery> queries = LabeledQuery.readJsonl(folder.resolve("test.jsonl"), library);
    BiEncoder first = BiEncoder.open(embedding, backend);
    CrossEncoder second = CrossEncoder.open(reranker, backend);
    List<EvaluationReport> reports = new ArrayList<>();
    for (boolean both : new boolean[] {false, true}) {
      SkillRouter.Builder builder = SkillRouter.builder(new BiEncoderEmbedder(first));
      if (both) {
        builder = builder.reranker(new CrossEncoderScorer(second));
      }
      try (SkillRouter router = builder.library(SkillLibrary.of(all))) {
        reports.add(
            Evaluator.standard()
                .evaluate("expected", library, queries, RankingFunction.of(router)));
      }
    }
    return reports;
  }

  @Test
  void reproducePrintsATableAndTakesAPart() {
    succeed(
        "reproduce",
        "--models",
        embedding + "," + reranker,
        "--data",
        folder.toString(),
        "--limit",
        "3");
    List<String> lines = recorder.out().lines().toList();
    assertThat(lines).hasSize(27).startsWith("3 of 7 requests over 26 skills");
    assertThat(lines.get(2)).matches("first stage +here +published +difference +paper");
    assertThat(lines.get(3)).matches("hit@1 +[01]\\.\\d{4} +0\\.7207 +[+-]0\\.\\d{4} *");
    assertThat(lines.get(15)).startsWith("both stages");
    assertThat(lines.get(26)).matches("set_compat +[01-]\\S* +0\\.3188 +\\S+ +0\\.3525");
    assertThat(recorder.err()).contains("models: " + embedding + " and " + reranker);
  }

  @Test
  void reproduceSaysWhichFileIsMissing() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertThat(run("reproduce", "--models", embedding.toString(), "--data", empty.toString()))
        .isEqualTo(1);
    assertThat(recorder.err())
        .isEqualToNormalizingNewlines(
            "r3: "
                + empty.resolve("test.jsonl")
                + ": expected a file of R3-Skill's test split, got none; its folder data/ holds"
                + " test.jsonl and skills_test.jsonl\n");
  }

  private JsonNode find(String models, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(options));
    command.addAll(0, List.of("find", "--json", "--models", models, "--skills", skills.toString()));
    command.add("open it");
    succeed(command.toArray(String[]::new));
    return JSON.readTree(recorder.out());
  }

  private void succeed(String... arguments) {
    int code = run(arguments);
    assertThat(code).as(recorder.err()).isZero();
  }

  private int run(String... arguments) {
    recorder = new TerminalRecorder();
    return Main.run(recorder.terminal(), arguments);
  }
}
