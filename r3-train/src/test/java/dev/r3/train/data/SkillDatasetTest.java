package dev.r3.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkillDatasetTest {
  private static final String TWO_SKILLS =
      """
      {"id": "a", "text": "a | first | body"}
      {"id": "b", "text": "b | second | body", "lang": "zh"}
      """;

  @TempDir private Path directory;

  @BeforeEach
  void writeAReadableDataSet() throws IOException {
    write("skills.jsonl", TWO_SKILLS);
    write("train.jsonl", "{\"id\": \"q\", \"query\": \"do a\", \"skill_ids\": [\"a\"]}");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private void expectError(String message) {
    assertThatThrownBy(() -> SkillDataset.readDirectory(directory))
        .isInstanceOf(DataException.class)
        .hasMessage(message.replace("DIR", directory.toString()));
  }

  @Test
  void resourcesAreReadWithEveryField() {
    SkillDataset data = SkillDataset.readResources(SkillDatasetTest.class, "small");
    assertThat(data.skills()).hasSize(9);
    assertThat(data.skill("s-svg"))
        .isEqualTo(
            new SkillText(
                "s-svg",
                "chart-svg | Draws a chart as SVG. | Needs a tidy table.",
                "en",
                "data",
                "charts",
                Split.TRAIN));
    assertThat(data.requests(Split.TRAIN))
        .extracting(Request::id)
        .containsExactly("q-1t", "q-1", "q-2", "q-2t", "q-3", "q-4", "q-5");
    assertThat(data.requests(Split.TRAIN).get(0))
        .isEqualTo(
            new Request("q-1t", "把导出的 CSV 去重", List.of("s-csv"), "zh", "zh2en", "q-1", List.of()));
    assertThat(data.requests(Split.DEV)).extracting(Request::id).containsExactly("q-6");
    assertThat(data.rejections(Split.TRAIN)).hasSize(3);
    assertThat(data.rejections(Split.DEV)).isEmpty();
    assertThat(data.rejections(Split.TEST))
        .containsExactly(
            new Rejection("r-4", List.of("s-trip", "s-visa"), "stage_mismatch", "先签证后行程。"));
  }

  @Test
  void aDirectoryIsReadAsResourcesAre() throws Exception {
    Path small = Path.of(SkillDatasetTest.class.getResource("small").toURI());
    SkillDataset fromDirectory = SkillDataset.readDirectory(small);
    SkillDataset fromResources = SkillDataset.readResources(SkillDatasetTest.class, "small");
    assertThat(fromDirectory).usingRecursiveComparison().isEqualTo(fromResources);
  }

  @Test
  void poolsAreDisjointWhereSkillsNameTheirSplit() {
    SkillDataset data = SkillDataset.readResources(SkillDatasetTest.class, "small");
    assertThat(data.pool(Split.TRAIN)).hasSize(6);
    assertThat(data.pool(Split.TEST)).extracting(SkillText::id).containsExactly("s-trip", "s-visa");
  }

  @Test
  void aMixedFileIsSplitByItsField() throws IOException {
    Files.delete(directory.resolve("train.jsonl"));
    write(
        "queries.jsonl",
        """
        {"query_id": "1", "query": "x", "skill_ids": ["a", "b", "a"], "lang": "en", "split": "test"}
        {"query_id": "2", "query": "y", "skill_ids": ["b"], "lang": "en", "rejected_ids": ["a"]}
        """);
    SkillDataset data = SkillDataset.readDirectory(directory);
    assertThat(data.requests(Split.TEST))
        .containsExactly(new Request("1", "x", List.of("a", "b"), "en", "en2und"));
    assertThat(data.requests(Split.TRAIN))
        .containsExactly(new Request("2", "y", List.of("b"), "en", "en2zh", null, List.of("a")));
    assertThat(data.requests(Split.DEV)).isEmpty();
    assertThat(data.pool(Split.TEST)).extracting(SkillText::id).containsExactly("a", "b");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    Files.delete(directory.resolve("train.jsonl"));
    expectError("DIR: expected train.jsonl, dev.jsonl, test.jsonl or queries.jsonl, got none");
    Files.delete(directory.resolve("skills.jsonl"));
    expectError("DIR: expected a file skills.jsonl, got none");
    assertThatThrownBy(() -> SkillDataset.readResources(SkillDatasetTest.class, "nowhere"))
        .isInstanceOf(DataException.class)
        .hasMessage("classpath:nowhere: expected a file skills.jsonl, got none");
  }

  @Test
  void bothLayoutsAtOnceAreRefused() throws IOException {
    write("queries.jsonl", "{\"id\": \"q2\", \"query\": \"do a\", \"skill_ids\": [\"a\"]}");
    expectError("DIR: expected queries.jsonl or a file for each split, got both");
  }

  @Test
  void emptyFilesAreRefused() throws IOException {
    write("train.jsonl", "\n");
    expectError("DIR/train.jsonl: expected at least one row, got an empty file");
    writeAReadableDataSet();
    write("rejections-dev.jsonl", "");
    expectError("DIR/rejections-dev.jsonl: expected at least one row, got an empty file");
    write("skills.jsonl", "");
    expectError("DIR/skills.jsonl: expected at least one row, got an empty file");
  }

  @Test
  void faultsInSkillsCarryFileAndLine() throws IOException {
    write("skills.jsonl", TWO_SKILLS + "{\"id\": \"a\", \"text\": \"again\"}");
    expectError("DIR/skills.jsonl:3: expected an id of its own, got a a second time");
    write("skills.jsonl", TWO_SKILLS + "{\"id\": \"c\", \"text\": \" \"}");
    expectError("DIR/skills.jsonl:3: SkillText(c): expected a text with text, got \" \"");
    write("skills.jsonl", "{\"id\": \"c\", \"text\": \"c\", \"split\": \"valid\"}");
    expectError("DIR/skills.jsonl:1: Split: expected one of [train, dev, test], got \"valid\"");
  }

  @Test
  void faultsInRequestsCarryFileAndLine() throws IOException {
    String first = "{\"id\": \"q\", \"query\": \"do a\", \"skill_ids\": [\"a\"]}\n";
    write("train.jsonl", first + "{\"id\": \"p\", \"query\": \"x\", \"skill_ids\": [\"c\"]}");
    expectError("DIR/train.jsonl:2: expected the id of a skill in skills.jsonl, got c");
    write("train.jsonl", first + "{\"id\": \"p\", \"query\": \"x\", \"skill_ids\": []}");
    expectError(
        "DIR/train.jsonl:2: expected a non-empty array of strings in field \"skill_ids\", got an"
            + " empty array");
    write("train.jsonl", first);
    write("test.jsonl", first);
    expectError("DIR/test.jsonl:1: expected an id of its own, got q a second time");
    write(
        "test.jsonl",
        "{\"id\": \"p\", \"query\": \"x\", \"skill_ids\": [\"a\"], \"rejected_ids\": [\"a\"]}");
    expectError("DIR/test.jsonl:1: Request(p): expected rejected skills that are not gold, got a");
    write(
        "test.jsonl",
        "{\"id\": \"p\", \"query\": \"x\", \"skill_ids\": [\"a\"], \"rejected_ids\": [\"c\"]}");
    expectError("DIR/test.jsonl:1: expected the id of a skill in skills.jsonl, got c");
  }

  @Test
  void faultsInTranslationsCarryFileAndLine() throws IOException {
    String first =
        """
        {"id": "q", "query": "do a", "skill_ids": ["a"]}
        {"id": "r", "query": "do b", "skill_ids": ["b"], "translation_of": "s"}
        {"id": "s", "query": "do b", "skill_ids": ["b"]}
        """;
    String row = "{\"id\": \"p\", \"query\": \"x\", \"skill_ids\": [\"a\"], \"translation_of\": ";
    write("train.jsonl", first + row + "\"q\"}");
    assertThat(SkillDataset.readDirectory(directory).requests(Split.TRAIN)).hasSize(4);
    write("train.jsonl", first + row + "\"nobody\"}");
    expectError(
        "DIR/train.jsonl:4: expected translation_of to name a request of its split, got nobody");
    write("train.jsonl", first + row + "\"r\"}");
    expectError(
        "DIR/train.jsonl:4: expected translation_of to name an original, got the translation r");
    write("train.jsonl", first + row + "\"s\"}");
    expectError("DIR/train.jsonl:4: expected the golds [b] of its original s, got [a]");
    write("train.jsonl", first + row + "\"p\"}");
    expectError(
        "DIR/train.jsonl:4: Request(p): expected translation_of to name another request, got its"
            + " own id");
    write("train.jsonl", first);
    write("dev.jsonl", row + "\"q\"}");
    expectError("DIR/dev.jsonl:1: expected translation_of to name a request of its split, got q");
  }

  @Test
  void faultsInRejectionsCarryFileAndLine() throws IOException {
    String tail = ", \"reason_class\": \"redundant\", \"reason\": \"same\"}\n";
    String good = "{\"id\": \"r\", \"skill_ids\": [\"a\", \"b\"]" + tail;
    write("rejections-train.jsonl", good + "{\"id\": \"s\", \"skill_ids\": [\"a\", \"c\"]" + tail);
    expectError("DIR/rejections-train.jsonl:2: expected the id of a skill in skills.jsonl, got c");
    write("rejections-train.jsonl", good + "{\"id\": \"s\", \"skill_ids\": [\"a\"]" + tail);
    expectError("DIR/rejections-train.jsonl:2: Rejection(s): expected two or more skills, got [a]");
    write("rejections-train.jsonl", good + "{\"id\": \"s\", \"skill_ids\": [\"a\", \"a\"]" + tail);
    expectError("DIR/rejections-train.jsonl:2: Rejection(s): expected distinct skills, got [a, a]");
    write("rejections-train.jsonl", good);
    write("rejections-dev.jsonl", good);
    expectError("DIR/rejections-dev.jsonl:1: expected an id of its own, got r a second time");
  }

  @Test
  void anUnknownSkillIsNamed() {
    SkillDataset data = SkillDataset.readResources(SkillDatasetTest.class, "small");
    assertThatThrownBy(() -> data.skill("s-none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("SkillDataset: expected the id of one of its 9 skills, got s-none");
  }
}
