package dev.r3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.cli.pipeline.SmallDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a person reads who gave the command something that it cannot use, and that nothing is lost.
 */
class BadInputTest {
  private static final String SKILL = "{\"id\": \"s1\", \"text\": \"a | b | c\"}\n";

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void model() throws IOException {
    model = TinyModels.encoder(folder.resolve("model"));
  }

  // ---- skills

  @Test
  void aBrokenLineOfSkillsIsNamed() throws IOException {
    Path skills = skills(SKILL + "{\"id\": \"s2\", \"text\": \n");
    assertFailure(skills + ":2: expected a JSON object, got a fault at column 22: ", find(skills));
    assertFailure(skills(SKILL + "[1]\n") + ":2: expected a JSON object, got ", find(skills));
    assertFailure(
        skills(SKILL + "{\"id\": \"s2\"}\n")
            + ":2: expected a string in field \"text\", got only the fields [id]",
        find(skills));
  }

  @Test
  void aSkillIdThatComesTwiceIsNamed() throws IOException {
    Path skills = skills(SKILL + SKILL);
    assertFailure(skills + ":2: expected a new id, got s1 again, after line 1", find(skills));
  }

  @Test
  void anEmptyLibraryIsRefused() throws IOException {
    Path skills = skills("\n");
    assertFailure(skills + ": expected at least one skill, got none", find(skills));
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertFailure(
        empty + ": expected at least one folder with a usable SKILL.md, got none", find(empty));
    Path nothing = folder.resolve("nothing");
    assertFailure(
        nothing + ": expected a skills.jsonl file or a folder of SKILL.md folders, got nothing",
        find(nothing));
  }

  // ---- data sets

  @Test
  void aBrokenLineOfADataSetIsNamed() throws IOException {
    Path data = data();
    append(data.resolve("dev.jsonl"), "{\"id\": \"q\"");
    int line = Files.readAllLines(data.resolve("dev.jsonl")).size();
    assertFailure(
        data.resolve("dev.jsonl")
            + ":"
            + line
            + ": expected a JSON object, got a fault at column 11: Unexpected end-of-input: expected close"
            + " marker for Object\n",
        train(data));
  }

  @Test
  void aQueryForAnUnknownSkillIsNamed() throws IOException {
    Path data = data();
    append(data.resolve("test.jsonl"), "{\"id\":\"q\",\"query\":\"x\",\"skill_ids\":[\"nope\"]}");
    int line = Files.readAllLines(data.resolve("test.jsonl")).size();
    String message = ":" + line + ": expected the id of a skill in skills.jsonl, got nope";
    assertFailure(data.resolve("test.jsonl") + message, train(data));
    assertFailure(
        data.resolve("test.jsonl") + message,
        "eval",
        "--models",
        model.toString(),
        "--data",
        data.toString());
  }

  @Test
  void anIdThatComesTwiceInADataSetIsNamed() throws IOException {
    Path data = data();
    String first = Files.readAllLines(data.resolve("skills.jsonl")).get(0);
    append(data.resolve("skills.jsonl"), first);
    int line = Files.readAllLines(data.resolve("skills.jsonl")).size();
    assertFailure(
        data.resolve("skills.jsonl") + ":" + line + ": expected an id of its own, got ",
        train(data));
  }

  @Test
  void aFolderThatIsNoDataSetIsNamed() {
    Path nowhere = folder.resolve("nowhere");
    assertFailure(nowhere + ": expected a file skills.jsonl, got none", train(nowhere));
  }

  // ---- models

  @Test
  void aTruncatedCheckpointIsNamed() throws IOException {
    Path weights = model.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, java.util.Arrays.copyOf(whole, whole.length - 10));
    assertFailure(weights + ": ", find(skills(SKILL)));
  }

  @Test
  void aCheckpointOfAnotherKindIsNamed() throws IOException {
    Files.writeString(model.resolve("model.safetensors"), "<html>not found</html>");
    assertFailure(model.resolve("model.safetensors") + ": ", find(skills(SKILL)));
    Path config = model.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"bert\"", "\"t5\""));
    assertFailure(config + ": expected ", find(skills(SKILL)));
  }

  @Test
  void aMissingTokenizerIsNamed() throws IOException {
    Files.delete(model.resolve("tokenizer.json"));
    assertFailure(
        model.resolve("tokenizer.json")
            + ": expected the model's tokenizer, got no such file; export it with save_pretrained",
        find(skills(SKILL)));
  }

  @Test
  void modelsThatAreNotThereAreNamed() {
    Path nowhere = folder.resolve("nowhere");
    assertFailure(
        nowhere + ": expected a model directory or one with the subfolder embedding/, got neither",
        "find",
        "--models",
        nowhere.toString(),
        "x");
    assertFailure(
        nowhere + ": expected a reranker's directory, got none",
        "find",
        "--models",
        model + "," + nowhere,
        "x");
  }

  @Test
  void anUnknownBaseIsNamedBeforeAnythingIsWritten() {
    Path out = folder.resolve("out");
    String message =
        "bert: expected a model directory or one of bge-small-zh-v15, bge-small-en-v15,"
            + " all-minilm-l6-v2, e5-small-v2, got neither";
    assertFailure(message, "train", "embedding", "--base", "bert", "--out", out.toString());
    assertFailure(message, "demo", "--base", "bert", "--out", out.toString());
    assertThat(out).doesNotExist();
  }

  // ---- output

  @Test
  void outputThatCannotBeWrittenIsSeenBeforeTheWorkBegins() throws IOException {
    Path file = Files.createFile(folder.resolve("taken"));
    Path data = data();
    String[] train = train(data);
    train[train.length - 1] = file.resolve("run").toString();
    String err = assertFailure(file.resolve("run") + ": expected a writable folder, got ", train);
    assertThat(err).doesNotContain("train embedding");
    assertFailure(
        file + ": expected a writable folder, got ",
        "demo",
        "--base",
        model.toString(),
        "--data",
        data.toString(),
        "--out",
        file.toString());
    Path skills = skills(SKILL);
    Path to = folder.resolve("no/vectors");
    err =
        assertFailure(
            to + ": expected to write it, got ",
            "embed",
            "--models",
            model.toString(),
            "--skills",
            skills.toString(),
            "--out",
            to.toString());
    assertThat(err).as("the model was not even opened").doesNotContain("models: ");
  }

  @Test
  void aRerankerNeedsAnEmbeddingModelToStartFrom() throws IOException {
    String[] train = train(data());
    train[1] = "reranker";
    assertFailure(
        folder.resolve("run/embedding")
            + ": expected the trained embedding model that the reranker starts from, got none; run"
            + " r3 train embedding --out "
            + folder.resolve("run")
            + " first",
        train);
  }

  // ---- options

  @Test
  void wrongOptionsAreUsageErrors() {
    assertUsage(
        "Invalid value for option '--preset': expected quick or full, got fast",
        "demo",
        "--preset",
        "fast");
    assertUsage(
        "Invalid value for option '--preset': expected quick or full, got fast",
        "train",
        "embedding",
        "--preset",
        "fast");
    assertUsage(
        "Invalid value for option '--top': expected a whole number, 1 or more, got 0",
        "find",
        "--top",
        "0",
        "x");
    assertUsage(
        "Invalid value for option '--recall-depth': expected a whole number, 1 or more, got no",
        "eval",
        "--recall-depth",
        "no");
    assertUsage("Missing required parameter: 'REQUEST'", "find");
    assertUsage("Missing required parameter: 'STAGE'", "train");
  }

  @Test
  void aBlankRequestIsRefused() throws IOException {
    String[] find = find(skills(SKILL));
    find[find.length - 1] = "  ";
    assertFailure("SkillRouter: expected a request that is not blank, got \"  \"", find);
  }

  private String[] find(Path skills) {
    return new String[] {"find", "--models", model.toString(), "--skills", skills.toString(), "x"};
  }

  private String[] train(Path data) {
    return new String[] {
      "train",
      "embedding",
      "--base",
      model.toString(),
      "--data",
      data.toString(),
      "--out",
      folder.resolve("run").toString()
    };
  }

  private Path skills(String lines) throws IOException {
    return Files.writeString(folder.resolve("skills.jsonl"), lines);
  }

  private Path data() throws IOException {
    return SmallDataset.write(Files.createDirectories(folder.resolve("data")));
  }

  private static void append(Path file, String line) throws IOException {
    Files.writeString(file, Files.readString(file) + line + "\n");
  }

  private static String assertFailure(String message, String... command) {
    return assertEnds(1, message, command);
  }

  private static void assertUsage(String message, String... command) {
    assertThat(assertEnds(2, message, command)).contains("Try r3 " + command[0] + " --help");
  }

  private static String assertEnds(int code, String message, String... command) {
    TerminalRecorder recorder = new TerminalRecorder();
    int ended = Main.run(recorder.terminal(), command);
    String err = recorder.err();
    assertThat(ended).as(err).isEqualTo(code);
    assertThat(err.lines().filter(line -> line.startsWith("r3: "))).hasSize(1);
    assertThat(err).contains("r3: " + message).doesNotContain("\tat ");
    assertThat(recorder.out()).isEmpty();
    return err;
  }
}
