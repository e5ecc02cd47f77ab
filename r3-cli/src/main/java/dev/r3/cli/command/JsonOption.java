package dev.r3.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.r3.cli.progress.Terminal;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** {@code --json}: results for a program instead of a person. */
public final class JsonOption {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  /** Whether the user asked for JSON. */
  public boolean isOn() {
    return json;
  }

  /**
   * Prints one value, a record or a collection of them, on standard output, names in snake_case.
   */
  public void print(Terminal terminal, Object value) {
    try {
      terminal.out().println(escaped(JSON.writeValueAsString(value)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "JsonOption.print: expected a value that Jackson can write, got " + value, e);
    }
  }

  /** JSON lets these control characters stand in a string as they are; a terminal obeys them. */
  private static String escaped(String text) {
    return Pattern.compile("[\\x7f-\\x9f]")
        .matcher(text)
        .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
  }
}
