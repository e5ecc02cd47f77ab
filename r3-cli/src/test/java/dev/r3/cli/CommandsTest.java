package dev.r3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.r3.cli.machine.CacheFolder;
import dev.r3.cli.pipeline.SmallDataset;
import dev.r3.tensor.io.SafetensorsFile;
import dev.r3.tensor.io.TensorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole commands on models of random weights: what they print, write and keep. */
class CommandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private TerminalRecorder recorder = new TerminalRecorder();

  @Test
  void demoPrintsItsTablesAndTheRoutedRequests() throws Exception {
    Path base = TinyModels.encoder(folder.resolve("base"));
    Path data = SmallDataset.write(Files.createDirectories(folder.resolve("data")));
    Path out = folder.resolve("run");
    String[] command = {
      "demo", "--base", base.toString(), "--data", data.toString(), "--out", out.toString()
    };
    succeed(command);
    assertThat(recorder.out())
        .containsSubsequence(
            "Test requests over all 72 skills",
            "all ",
            "untrained base",
            "R3-Embedding",
            "+ reranker without push-away",
            "+ R3-Reranker",
            "en2en",
            "Differences over all skills",
            "untrained base -> R3-Embedding: hit@1",
            "每周五都要",
            "  1. ",
            "our api tokens",
            "  5. ",
            "Models, metrics and results: " + out,
            "Report: " + out.resolve("report.html"));
  }

  @Test
  void findPrintsBothStagesScoresAndAnswersFromItsCacheTheSecondTime() throws Exception {
    Path models = TinyModels.run(folder.resolve("run"));
    Path skills = skills();
    String[] command = {
      "find", "--models", models.toString(), "--skills", skills.toString(), "--top", "2", "book it"
    };
    succeed(command);
    String first = recorder.out();
    assertThat(first.lines()).hasSize(2);
    assertThat(first.lines().toList().get(0))
        .matches("  1\\. \\S+ +\\S.* similarity -?\\d\\.\\d{3}, score -?\\d+\\.\\d{2}");
    assertThat(recorder.err().lines())
        .contains(
            "models: " + models.resolve("embedding") + " and " + models.resolve("reranker"),
            "skills: 3 of " + skills,
            "1 of 3 skills are longer than 64 tokens and are cut there (116 tokens are not read)");
    assertThat(folder.resolve("skills.jsonl.r3-embeddings")).exists();

    succeed(command);
    assertThat(recorder.out()).isEqualTo(first);
    assertThat(recorder.err()).as("nothing was embedded").doesNotContain("are cut there");
  }

  @Test
  void findReranksAsManyAsWanted() throws Exception {
    Path run = TinyModels.run(folder.resolve("run"));
    succeed(
        "find",
        "--json",
        "--recall-depth",
        "2",
        "--models",
        run.toString(),
        "--skills",
        skills().toString(),
        "book a room");
    JsonNode found = JSON.readTree(recorder.out()).get("skills");
    assertThat(found).hasSize(3);
    assertThat(found.at("/0/score").isNumber()).isTrue();
    assertThat(found.at("/1/score").isNumber()).isTrue();
    assertThat(found.at("/2/score").isNull()).as("beyond the depth").isTrue();
  }

  @Test
  void findSaysWhenTheRerankerLearnedWithAnotherEmbeddingModel() throws Exception {
    Path run = TinyModels.run(folder.resolve("run"));
    succeed("find", "--models", run.toString(), "--skills", skills().toString(), "book a room");
    assertThat(recorder.err()).doesNotContain("another embedding model");

    Path r3 = run.resolve("embedding").resolve("r3.json");
    Files.writeString(r3, "{\"query_max_tokens\": 16}");
    succeed("find", "--models", run.toString(), "--skills", skills().toString(), "book a room");
    assertThat(recorder.err())
        .contains(
            run.resolve("reranker")
                + " learned to correct another embedding model than "
                + run.resolve("embedding"));
  }

  @Test
  void findEscapesWhatATerminalWouldObey() throws Exception {
    Path models = TinyModels.run(folder.resolve("run"));
    Path skills =
        Files.writeString(
            folder.resolve("hostile.jsonl"),
            "{\"id\": \"a\\u001b[2J\", \"text\": \"\\u001b]0;owned\\u0007名\\u202e字 | d | b\"}\n");
    String[] command = {"find", "--models", models.toString(), "--skills", skills.toString(), "x"};
    succeed(command);
    assertThat(recorder.out())
        .contains("a\\u001b[2J", "\\u001b]0;owned\\u0007名\\u202e字")
        .doesNotContain("\u001b", "\u0007", "\u202e");
    String[] asJson = {
      "find", "--json", "--models", models.toString(), "--skills", skills.toString(), "x"
    };
    succeed(asJson);
    assertThat(JSON.readTree(recorder.out()).at("/skills/0/id").textValue())
        .isEqualTo("a\u001b[2J");
    assertThat(recorder.out()).doesNotContain("\u001b", "\u0007");
  }

  @Test
  void findReadsAFolderOfSkillsAndWorksWithoutAReranker() throws Exception {
    Path model = TinyModels.encoder(folder.resolve("model"));
    Path skill = Files.createDirectories(folder.resolve("skills/mine"));
    Files.writeString(skill.resolve("SKILL.md"), "---\nname: tidy\ndescription: d\n---\nbody\n");
    String[] command = {
      "find",
      "--json",
      "--models",
      model.toString(),
      "--skills",
      folder.resolve("skills").toString(),
      "tidy up"
    };
    succeed(command);
    JsonNode answer = JSON.readTree(recorder.out());
    assertThat(answer.get("request").textValue()).isEqualTo("tidy up");
    assertThat(answer.at("/skills/0/name").textValue()).isEqualTo("tidy");
    assertThat(answer.at("/skills/0/similarity").floatValue()).isBetween(-1f, 1f);
    assertThat(answer.at("/skills/0/score").isNull()).isTrue();
  }

  @Test
  void findSearchesTheShippedSkillsAndKeepsTheirEmbeddingsInTheCacheFolder() throws Exception {
    Path model = TinyModels.encoder(folder.resolve("model"));
    Path kept = CacheFolder.path().resolve("r3-mini.jsonl.r3-embeddings");
    Files.deleteIfExists(kept);
    succeed("find", "--models", model.toString(), "turn these receipts into a report");
    assertThat(recorder.out().lines()).hasSize(5).allMatch(line -> line.contains(" skill-0"));
    assertThat(recorder.err())
        .contains("skills: 528 that R3 brings", "528 of 528 skills are longer");
    FileTime written = Files.getLastModifiedTime(kept);
    succeed("find", "--models", model.toString(), "turn these receipts into a report");
    assertThat(recorder.err()).doesNotContain("are longer");
    assertThat(Files.getLastModifiedTime(kept)).isEqualTo(written);
  }

  @Test
  void findSaysWhenTheRequestIsTooLong() throws Exception {
    Path models = TinyModels.run(folder.resolve("run"));
    String[] command = {
      "find", "--models", models.toString(), "--skills", skills().toString(), "x".repeat(90)
    };
    succeed(command);
    assertThat(recorder.err().lines())
        .contains(
            "1 of 1 requests are longer than 64 tokens and are cut there (28 tokens are not read)");
  }

  @Test
  void skillsAreReadAsFarAsOneWants() throws Exception {
    Path model = TinyModels.encoder(folder.resolve("model"));
    String[] find = {"find", "--models", model.toString(), "--skills", skills().toString(), "x"};
    succeed(with(find, "--skill-tokens", "8"));
    assertThat(recorder.err()).contains("skills are longer than 8 tokens");
    succeed(with(find, "--skill-tokens", "64"));
    assertThat(recorder.err()).contains("skills are longer than 64 tokens");
    assertThat(run(with(find, "--skill-tokens", "65"))).isEqualTo(1);
    assertThat(recorder.err())
        .contains("--skill-tokens: expected at most 64, the positions that the model has, got 65");
    assertThat(run(with(find, "--skill-tokens", "2"))).isEqualTo(2);
    assertThat(recorder.err()).contains("expected a whole number, 3 or more, got 2");
  }

  @Test
  void embedPrintsAUnitVectorOrWritesThoseOfALibrary() throws Exception {
    Path model = TinyModels.encoder(folder.resolve("model"));
    succeed("embed", "--json", "--models", model.toString(), "a text");
    double squares = 0;
    for (JsonNode value : JSON.readTree(recorder.out()).get("vector")) {
      squares += value.doubleValue() * value.doubleValue();
    }
    assertThat(squares).isBetween(1 - 1e-5, 1 + 1e-5);
    succeed("embed", "--models", model.toString(), "a text");
    assertThat(recorder.out()).matches("\\[(-?[\\d.E-]+(, )?){16}\\]\\R");

    Path out = folder.resolve("vectors.safetensors");
    String[] library = {
      "embed",
      "--models",
      model.toString(),
      "--skills",
      skills().toString(),
      "--out",
      out.toString()
    };
    succeed(library);
    assertThat(recorder.out()).startsWith("3 skills, 16 dimensions: " + out);
    try (TensorStore store = SafetensorsFile.open(out)) {
      assertThat(store.metadata()).containsEntry("ids", "s1\ns2\ns3");
      assertThat(store.tensor("embeddings").shape().axis(0)).isEqualTo(3);
    }
    assertThat(run("embed", "--models", model.toString())).isEqualTo(2);
    assertThat(recorder.err())
        .startsWith("r3: expected a TEXT, or --skills with --out, got neither or both");
  }

  @Test
  void trainThenEvaluateTheRunThatCameOfIt() throws Exception {
    Path base = TinyModels.encoder(folder.resolve("base"));
    Path data = Files.createDirectories(folder.resolve("data"));
    SmallDataset.write(data);
    Path out = folder.resolve("run");
    String[] options = {"--data", data.toString(), "--out", out.toString(), "--backend", "java"};
    succeed(with(options, "train", "embedding", "--base", base.toString(), "--json"));
    JsonNode trained = JSON.readTree(recorder.out());
    assertThat(trained.get("training").textValue()).isEqualTo("embedding");
    assertThat(trained.get("end").textValue()).isEqualTo("all_steps");
    assertThat(trained.get("best_value").isNull()).as("quick does not validate").isTrue();
    assertThat(recorder.err()).contains("skills are longer than 64 tokens", "train embedding: ");

    succeed(with(options, "train", "reranker", "--folds", "0", "--residual", "2.5"));
    assertThat(out.resolve("config.json"))
        .content()
        .contains("\"folds\" : 0", "\"residual\" : 2.5");
    assertThat(out.resolve("embedding-fold-1-of-2")).doesNotExist();
    succeed(with(options, "train", "reranker", "--folds", "2"));
    assertThat(out.resolve("config.json")).content().contains("\"folds\" : 2");
    assertThat(out.resolve("embedding-fold-1-of-2")).isDirectory();
    assertThat(run(with(options, "train", "reranker", "--folds", "1"))).isEqualTo(2);
    assertThat(recorder.err()).contains("expected 0, or from 2 to 99, got 1");
    assertThat(run(with(options, "train", "reranker", "--residual", "NaN"))).isEqualTo(2);
    assertThat(recorder.err()).contains("expected a number from 0 to 9999, got NaN");
    assertThat(run(with(options, "train", "embedding", "--start-share", "1.1"))).isEqualTo(2);
    assertThat(recorder.err()).contains("expected a number from 0 to 1, got 1.1");

    succeed(with(options, "train", "reranker"));
    assertThat(recorder.out()).matches(out.resolve("reranker") + ": all steps after step \\d+\\R");
    assertThat(out.resolve("state")).as("a finished training leaves no state").doesNotExist();
    assertThat(out.resolve("report.html")).content().contains("R3-Embedding", "R3-Reranker");
    assertThat(out.resolve("config.json")).content().contains("\"reranker\" : {", "\"seed\" : 1");

    String[] eval = {
      "eval", "--models", out.toString(), "--data", data.toString(), "--pool", "own"
    };
    succeed(eval);
    assertThat(recorder.out()).contains("first stage", "both stages", "set_compat", "en2en");
    succeed(with(eval, "--against", "int8"));
    assertThat(recorder.out())
        .containsPattern(
            "first stage -> first stage, int8: ndcg@10 [+-]0\\.\\d{4}, the same skill first for"
                + " \\d+\\.\\d % of the requests\\R"
                + "both stages -> both stages, int8: ndcg@10 [+-]0");
    succeed(with(eval, "--json"));
    JsonNode reports = JSON.readTree(recorder.out());
    assertThat(reports).hasSize(2);
    assertThat(reports.at("/1/system").textValue()).isEqualTo("both stages");
    assertThat(reports.at("/1/pool_size").intValue()).isEqualTo(24);
  }

  /** Two short skills and one that is longer than what the model reads: 180 letters. */
  private Path skills() throws IOException {
    return Files.writeString(
        folder.resolve("skills.jsonl"),
        """
        {"id": "s1", "text": "calendar | books a meeting room | steps"}
        {"id": "s2", "text": "translator | 翻译合同 | steps"}
        {"id": "s3", "text": "%s | d | b"}
        """
            .formatted("a".repeat(60) + " " + "b".repeat(60) + " " + "c".repeat(54)));
  }

  private static String[] with(String[] options, String... command) {
    String[] all = new String[command.length + options.length];
    boolean before = command[0].startsWith("-");
    String[] first = before ? options : command;
    String[] second = before ? command : options;
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
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
