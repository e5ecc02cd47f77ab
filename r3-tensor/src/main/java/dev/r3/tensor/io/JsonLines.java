package dev.r3.tensor.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads JSONL: UTF-8 text with one JSON object a line. Blank lines are skipped, and so is a byte
 * order mark at the start of the file. Every fault is a {@link DataException} that begins with
 * {@code FILE:LINE:}.
 */
public final class JsonLines {
  /** The longest line that is read, in bytes, so that a wrong file cannot fill the memory. */
  public static final int MAX_LINE_BYTES = 16 << 20;

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private JsonLines() {}

  /**
   * Reads every line of a file, in order.
   *
   * @param parse turns a row into a value; an IllegalArgumentException it throws becomes a
   *     DataException of that line
   */
  public static <T> List<T> read(Path file, Function<Row, T> parse) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString(), parse);
    } catch (IOException e) {
      throw new DataException(file + ": expected a readable file, got " + e, e);
    }
  }

  /** Reads every line of a stream, in order; {@code name} stands for the file in messages. */
  public static <T> List<T> read(InputStream in, String name, Function<Row, T> parse) {
    List<T> values = new ArrayList<>();
    ByteLines lines = new ByteLines(in, MAX_LINE_BYTES);
    for (int number = 1; ; number++) {
      String where = name + ":" + number;
      String line;
      try {
        ByteBuffer bytes = lines.next();
        if (bytes == null) {
          return values;
        }
        line = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      } catch (CharacterCodingException e) {
        throw new DataException(where + ": expected UTF-8 text, got other bytes (" + e + ")", e);
      } catch (ByteLines.TooLongException e) {
        throw new DataException(
            where + ": expected a line of at most " + MAX_LINE_BYTES + " bytes, got a longer one",
            e);
      } catch (IOException e) {
        throw new DataException(where + ": expected a readable line, got " + e, e);
      }
      if (number == 1 && line.startsWith("\uFEFF")) {
        line = line.substring(1);
      }
      if (!line.isBlank()) {
        values.add(parse(new Row(where, number, object(line, where)), parse));
      }
    }
  }

  private static <T> T parse(Row row, Function<Row, T> parse) {
    try {
      return parse.apply(row);
    } catch (IllegalArgumentException e) {
      throw new DataException(row.where + ": " + e.getMessage(), e);
    }
  }

  private static JsonNode object(String line, String where) {
    JsonNode node;
    try {
      node = JSON.readValue(line);
    } catch (JsonProcessingException e) {
      int column = e.getLocation() == null ? 1 : e.getLocation().getColumnNr();
      throw new DataException(
          where
              + ": expected a JSON object, got a fault at column "
              + column
              + ": "
              // Where an object began is said of a line of its own, and adds nothing.
              + e.getOriginalMessage().replaceFirst(" \\(start marker at .*", ""),
          e);
    }
    if (!node.isObject()) {
      throw new DataException(where + ": expected a JSON object, got " + describe(node));
    }
    return node;
  }

  private static String describe(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> "the string " + shortened(node.toString());
      case NUMBER, BOOLEAN ->
          "the "
              + node.getNodeType().name().toLowerCase(Locale.ROOT)
              + " "
              + shortened(node.toString());
      case NULL -> "null";
      case ARRAY -> node.isEmpty() ? "an empty array" : "an array";
      case OBJECT -> "an object";
      default -> "nothing";
    };
  }

  private static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }

  /** One object of the file. Fields that nobody asks for are ignored. */
  public static final class Row {
    private final String where;
    private final int lineNumber;
    private final JsonNode fields;

    private Row(String where, int lineNumber, JsonNode fields) {
      this.where = where;
      this.lineNumber = lineNumber;
      this.fields = fields;
    }

    /** The string in a field that must be there. */
    public String text(String field) {
      return string(required(field, "a string"), field);
    }

    /** The string in a field, or empty where the field is missing or null. */
    public Optional<String> optionalText(String field) {
      return has(field) ? Optional.of(text(field)) : Optional.empty();
    }

    /** The strings of an array with at least one element. */
    public List<String> texts(String field) {
      JsonNode array = required(field, "an array of strings");
      if (array.isEmpty()) {
        throw wrongType(field, "a non-empty array of strings", array);
      }
      return strings(array, field);
    }

    /** The strings of an array that may be empty, missing or null. */
    public List<String> optionalTexts(String field) {
      return has(field) ? strings(required(field, "an array of strings"), field) : List.of();
    }

    /** Whether the field is there and not null. */
    public boolean has(String field) {
      return fields.hasNonNull(field);
    }

    /** Counted from 1. */
    public int lineNumber() {
      return lineNumber;
    }

    /** An error of this line, to be thrown; {@code message} follows the file and the line. */
    public DataException error(String message) {
      return new DataException(where + ": " + message);
    }

    private JsonNode required(String field, String type) {
      JsonNode value = fields.get(field);
      if (value == null) {
        List<String> names = new ArrayList<>();
        fields.fieldNames().forEachRemaining(names::add);
        throw error(
            "expected "
                + type
                + " in field \""
                + field
                + "\", got only the fields "
                + shortened(names.toString()));
      }
      return value;
    }

    private List<String> strings(JsonNode array, String field) {
      if (!array.isArray()) {
        throw wrongType(field, "an array of strings", array);
      }
      List<String> texts = new ArrayList<>(array.size());
      for (int i = 0; i < array.size(); i++) {
        texts.add(string(array.get(i), field + "[" + i + "]"));
      }
      return List.copyOf(texts);
    }

    private String string(JsonNode value, String field) {
      if (!value.isTextual()) {
        throw wrongType(field, "a string", value);
      }
      return value.textValue();
    }

    private DataException wrongType(String field, String expected, JsonNode got) {
      return error("expected " + expected + " in field \"" + field + "\", got " + describe(got));
    }
  }
}
