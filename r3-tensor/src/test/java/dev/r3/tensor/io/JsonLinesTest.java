package dev.r3.tensor.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.io.JsonLines.Row;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLinesTest {
  private static <T> List<T> read(String text, Function<Row, T> parse) {
    return JsonLines.read(new ByteArrayInputStream(text.getBytes(UTF_8)), "skills.jsonl", parse);
  }

  @Test
  void readsTheFieldsOfEveryLineInOrder() {
    String text =
        """
        {"id": "a", "text": "画图 \\n\uD83D\uDE00", "tags": ["x", "y"], "lang": "zh"}
        {"id": "b", "text": "", "tags": ["z"], "lang": null}
        """;
    assertThat(read(text, row -> row.text("id") + row.lineNumber())).containsExactly("a1", "b2");
    assertThat(read(text, row -> row.text("text"))).containsExactly("画图 \n\uD83D\uDE00", "");
    assertThat(read(text, row -> row.texts("tags")))
        .containsExactly(List.of("x", "y"), List.of("z"));
    assertThat(read(text, row -> row.optionalText("lang").orElse("none")))
        .containsExactly("zh", "none");
    assertThat(read(text, row -> row.optionalText("absent").isEmpty())).containsExactly(true, true);
    assertThat(read(text, row -> row.has("lang"))).containsExactly(true, false);
  }

  @Test
  void skipsBlankLinesAndAByteOrderMarkAndCountsThem() {
    String text = "\uFEFF{\"id\": \"a\"}\r\n\r\n  \t\n{\"id\": \"b\"}";
    assertThat(read(text, Row::lineNumber)).containsExactly(1, 4);
  }

  @Test
  void readsAnEmptyFileAsNoRows() {
    assertThat(read("", Row::lineNumber)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"id\": 5}       | expected a string in field \"id\", got the number 5",
        "{\"id\": true}    | expected a string in field \"id\", got the boolean true",
        "{\"id\": null}    | expected a string in field \"id\", got null",
        "{\"id\": [\"a\"]} | expected a string in field \"id\", got an array",
        "{\"id\": {}}      | expected a string in field \"id\", got an object",
        "{\"text\": \"a\"} | expected a string in field \"id\", got only the fields [text]",
        "[\"id\"]          | expected a JSON object, got an array",
        "\"id\"            | expected a JSON object, got the string \"id\"",
      })
  void namesFileLineAndFieldOfAWrongValue(String line, String message) {
    assertThatThrownBy(() -> read("{\"id\": \"a\"}\n\n" + line, row -> row.text("id")))
        .isInstanceOf(DataException.class)
        .hasMessage("skills.jsonl:3: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"ids\": []}         | \"ids\", got an empty array",
        "{\"ids\": \"a\"}      | \"ids\", got the string \"a\"",
        "{\"ids\": [\"a\", 1]} | \"ids[1]\", got the number 1",
        "{\"id\": \"a\"}       | \"ids\", got only the fields [id]",
      })
  void refusesAnythingButANonEmptyArrayOfStrings(String line, String message) {
    assertThatThrownBy(() -> read(line, row -> row.texts("ids")))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("skills.jsonl:1: expected ")
        .hasMessageEndingWith(message);
  }

  @Test
  void takesAMissingNullOrEmptyOptionalArrayAsNoStrings() {
    String text = "{}\n{\"ids\": null}\n{\"ids\": []}\n{\"ids\": [\"a\"]}";
    assertThat(read(text, row -> row.optionalTexts("ids").size())).containsExactly(0, 0, 0, 1);
    assertThatThrownBy(() -> read("{\"ids\": 7}", row -> row.optionalTexts("ids")))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "skills.jsonl:1: expected an array of strings in field \"ids\", got the number 7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"id\": \"a\"          | Unexpected end-of-input",
        "{\"id\": \"a            | Unexpected end-of-input",
        "{\"id\": 'a'}           | Unexpected character",
        "{\"id\": \"a\"} {}      | Trailing token",
        "{\"id\": 1, \"id\": 2}  | Duplicate field 'id'",
        "nonsense                | Unrecognized token",
      })
  void refusesBrokenJson(String line, String message) {
    assertThatThrownBy(() -> read("{\"id\": \"a\"}\n" + line + "\n", Row::lineNumber))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("skills.jsonl:2: expected a JSON object, got a fault at column ")
        .hasMessageContaining(message);
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    byte[] bytes = "{\"id\": \"a\"}\n{\"id\": \"?\"}".getBytes(UTF_8);
    bytes[bytes.length - 3] = (byte) 0xE9;
    assertThatThrownBy(
            () -> JsonLines.read(new ByteArrayInputStream(bytes), "latin.jsonl", Row::lineNumber))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("latin.jsonl:2: expected UTF-8 text, got ");
  }

  @Test
  void refusesALineThatWouldFillTheMemory() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }
        };
    assertThatThrownBy(() -> JsonLines.read(endless, "endless.jsonl", Row::lineNumber))
        .isInstanceOf(DataException.class)
        .hasMessage("endless.jsonl:1: expected a line of at most 16777216 bytes, got a longer one");
  }

  @Test
  void givesErrorsOfTheParserTheirLine() {
    assertThatThrownBy(
            () ->
                read(
                    "\n{}",
                    row -> {
                      throw row.error("expected a known lang, got \"xx\"");
                    }))
        .isInstanceOf(DataException.class)
        .hasMessage("skills.jsonl:2: expected a known lang, got \"xx\"");
    assertThatThrownBy(
            () ->
                read(
                    "\n{}",
                    row -> {
                      throw new IllegalArgumentException("Skill: expected an id, got \"\"");
                    }))
        .isInstanceOf(DataException.class)
        .hasMessage("skills.jsonl:2: Skill: expected an id, got \"\"");
  }

  @Test
  void namesAFileThatIsMissing(@TempDir Path folder) {
    Path file = folder.resolve("absent.jsonl");
    assertThatThrownBy(() -> JsonLines.read(file, Row::lineNumber))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ": expected a readable file, got ");
  }

  @Test
  void readsAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"id\": \"a\"}\n");
    assertThat(JsonLines.read(file, row -> row.text("id"))).containsExactly("a");
  }

  /** Lines around the size of the buffer, delivered in pieces of any size. */
  @Property(tries = 50)
  void splitsTheSameHoweverTheBytesArrive(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 150_000) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 100_000) int piece) {
    List<String> texts = lengths.stream().map(n -> "é".repeat(n / 2) + "x".repeat(n % 2)).toList();
    StringBuilder file = new StringBuilder();
    texts.forEach(text -> file.append("{\"t\": \"").append(text).append("\"}\n"));
    InputStream slow =
        new ByteArrayInputStream(file.toString().getBytes(UTF_8)) {
          @Override
          public synchronized int read(byte[] b, int off, int len) {
            return super.read(b, off, Math.min(len, piece));
          }
        };
    assertThat(JsonLines.read(slow, "slow.jsonl", row -> row.text("t"))).isEqualTo(texts);
  }

  @Test
  void acceptsALineOfExactlyTheLongestLength() throws IOException {
    byte[] line = new byte[JsonLines.MAX_LINE_BYTES + 1];
    Arrays.fill(line, (byte) 'x');
    line[JsonLines.MAX_LINE_BYTES] = '\n';
    ByteLines lines = new ByteLines(new ByteArrayInputStream(line), JsonLines.MAX_LINE_BYTES);
    assertThat(lines.next().remaining()).isEqualTo(JsonLines.MAX_LINE_BYTES);
    assertThat(lines.next()).isNull();
    line[JsonLines.MAX_LINE_BYTES] = 'x';
    ByteLines longer = new ByteLines(new ByteArrayInputStream(line), JsonLines.MAX_LINE_BYTES);
    assertThatThrownBy(longer::next).isInstanceOf(ByteLines.TooLongException.class);
  }
}
