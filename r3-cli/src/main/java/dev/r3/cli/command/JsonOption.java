package dev.r3.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.r3.cli.progress.Terminal;
import picocli.CommandLine.Option;

/** {@code --json}: results for a program instead of a person. */
public final class JsonOption {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  /** Whether the user asked for JSON. */
  public boolean isOn() {
    return json;
  }

  /** Prints one value, a record or a collection of them, on standard output. */
  public void print(Terminal terminal, Object value) {
    try {
      terminal.out().println(MAPPER.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "JsonOption.print: expected a value that Jackson can write, got " + value, e);
    }
  }
}
