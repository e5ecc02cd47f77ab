package dev.r3.transformer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.r3.tensor.io.AtomicFiles;
import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A JSON object file of a checkpoint, such as config.json; errors name the file and the field. */
public final class ConfigFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String where;
  private final ObjectNode fields;

  private ConfigFile(String where, ObjectNode fields) {
    this.where = where;
    this.fields = fields;
  }

  /**
   * @throws DataException when the file is missing, unreadable or not a JSON object
   */
  public static ConfigFile read(Path file) {
    try {
      return parse(file.toString(), JSON.readTree(Files.readAllBytes(file)));
    } catch (NoSuchFileException missing) {
      throw new DataException(file + ": expected a file, got none; is this a model directory?");
    } catch (JsonProcessingException malformed) {
      throw new DataException(file + ": expected JSON, got " + malformed.getOriginalMessage());
    } catch (IOException failure) {
      throw new DataException(file + ": expected a readable file, got " + failure, failure);
    }
  }

  /** The same from a resource; {@code name} stands for the file in messages. */
  public static ConfigFile read(InputStream in, String name) {
    try {
      return parse(name, JSON.readTree(in));
    } catch (JsonProcessingException malformed) {
      throw new DataException(name + ": expected JSON, got " + malformed.getOriginalMessage());
    } catch (IOException failure) {
      throw new DataException(name + ": expected readable JSON, got " + failure, failure);
    }
  }

  /** An empty object to be filled and written. */
  public static ConfigFile empty(String name) {
    return new ConfigFile(name, JSON.createObjectNode());
  }

  private static ConfigFile parse(String where, JsonNode root) {
    if (!(root instanceof ObjectNode object)) {
      throw new DataException(where + ": expected a JSON object, got " + root.getNodeType());
    }
    return new ConfigFile(where, object);
  }

  /** This object with one more field, or another value in it. */
  public ConfigFile with(String field, Object value) {
    ConfigFile changed = copy();
    changed.fields.set(field, JSON.valueToTree(value));
    return changed;
  }

  /** All fields, unknown ones included; changes write through. */
  public ObjectNode fields() {
    return fields;
  }

  /** An independent copy, for saving a changed configuration. */
  public ConfigFile copy() {
    return new ConfigFile(where, fields.deepCopy());
  }

  public int positive(String field) {
    JsonNode value = fields.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
      throw error("expected a positive integer in \"" + field + "\", got " + shown(value));
    }
    return value.intValue();
  }

  public OptionalInt optionalPositive(String field) {
    return absent(field) ? OptionalInt.empty() : OptionalInt.of(positive(field));
  }

  /** An index from 0 on. */
  public OptionalInt index(String field) {
    if (absent(field)) {
      return OptionalInt.empty();
    }
    JsonNode value = fields.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
      throw error("expected an index from 0 in \"" + field + "\", got " + shown(value));
    }
    return OptionalInt.of(value.intValue());
  }

  public double number(String field, double otherwise) {
    if (absent(field)) {
      return otherwise;
    }
    JsonNode value = fields.path(field);
    if (!value.isNumber()) {
      throw error("expected a number in \"" + field + "\", got " + shown(value));
    }
    return value.doubleValue();
  }

  public Optional<String> optionalText(String field) {
    return absent(field) ? Optional.empty() : Optional.of(text(field, ""));
  }

  public String text(String field, String otherwise) {
    if (absent(field)) {
      return otherwise;
    }
    JsonNode value = fields.path(field);
    if (!value.isTextual()) {
      throw error("expected a string in \"" + field + "\", got " + shown(value));
    }
    return value.textValue();
  }

  public boolean flag(String field, boolean otherwise) {
    if (absent(field)) {
      return otherwise;
    }
    JsonNode value = fields.path(field);
    if (!value.isBoolean()) {
      throw error("expected true or false in \"" + field + "\", got " + shown(value));
    }
    return value.booleanValue();
  }

  /** The strings of a list; empty where there is none. */
  public List<String> texts(String field) {
    if (absent(field)) {
      return List.of();
    }
    JsonNode list = fields.path(field);
    if (!list.isArray()) {
      throw error("expected a list in \"" + field + "\", got " + shown(list));
    }
    List<String> texts = new ArrayList<>();
    list.forEach(value -> texts.add(value.asText()));
    return texts;
  }

  /** The object in that field, if there is one; its messages name file and field. */
  public Optional<ConfigFile> object(String field) {
    if (absent(field)) {
      return Optional.empty();
    }
    if (!(fields.path(field) instanceof ObjectNode object)) {
      throw error("expected an object in \"" + field + "\", got " + shown(fields.path(field)));
    }
    return Optional.of(new ConfigFile(where + ": " + field, object));
  }

  /** The first entry of {@code architectures}, if there is one. */
  public Optional<String> architecture() {
    JsonNode first = fields.path("architectures").path(0);
    return first.isTextual() ? Optional.of(first.textValue()) : Optional.empty();
  }

  /** Refuses any other value of a field that must be there. */
  public void requireText(String field, String expected) {
    if (!text(field, "").equals(expected)) {
      throw error(
          "expected \"" + field + "\": \"" + expected + "\", got " + shown(fields.path(field)));
    }
  }

  public void requireTextIfPresent(String field, String expected) {
    if (!absent(field)) {
      requireText(field, expected);
    }
  }

  /** Refuses a value that is not supported, listing what is. */
  public DataException unsupported(String field, String value, List<String> supported) {
    return error("expected \"" + field + "\" to be one of " + supported + ", got " + value);
  }

  public DataException error(String message) {
    return new DataException(where + ": " + message);
  }

  /** Writes the object, indented, replacing the file as a whole. */
  public void write(Path file) {
    AtomicFiles.write(
        file, out -> out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(fields)));
  }

  private boolean absent(String field) {
    return fields.path(field).isMissingNode() || fields.path(field).isNull();
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "nothing" : value.toString();
  }
}
