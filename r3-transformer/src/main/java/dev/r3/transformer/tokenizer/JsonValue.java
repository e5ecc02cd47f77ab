package dev.r3.transformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.r3.tensor.io.DataException;
import java.util.ArrayList;
import java.util.List;

/**
 * A value in a JSON file that knows its place there, so that every complaint can name it.
 *
 * @param file the file's name
 * @param path where in the file, e.g. {@code model.unk_token}; empty for the whole
 */
record JsonValue(String file, String path, JsonNode node) {
  private static final int SHOWN_CHARACTERS = 80;

  /** The field of that name; {@link #isAbsent} if there is none. */
  JsonValue get(String field) {
    return new JsonValue(file, path.isEmpty() ? field : path + "." + field, node.path(field));
  }

  /** No such field, or null. */
  boolean isAbsent() {
    return node.isMissingNode() || node.isNull();
  }

  String text() {
    if (!node.isTextual()) {
      throw expected("a string");
    }
    return node.textValue();
  }

  boolean bool() {
    if (!node.isBoolean()) {
      throw expected("true or false");
    }
    return node.booleanValue();
  }

  /** A boolean field that may be left out. */
  boolean bool(boolean otherwise) {
    return isAbsent() ? otherwise : bool();
  }

  int integer(int from, int to) {
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < from
        || node.intValue() > to) {
      throw expected("an integer from " + from + " to " + to);
    }
    return node.intValue();
  }

  List<JsonValue> elements() {
    if (!node.isArray()) {
      throw expected("an array");
    }
    List<JsonValue> elements = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      elements.add(new JsonValue(file, path + "[" + i + "]", node.get(i)));
    }
    return elements;
  }

  /** The field {@code type} of an object, which says what the rest of it means. */
  String type() {
    if (!node.isObject()) {
      throw expected("an object with a type");
    }
    return get("type").text();
  }

  /** The complaint that this value is not what it has to be. */
  DataException expected(String constraint) {
    String got = node.isMissingNode() ? "nothing" : node.toString();
    if (got.length() > SHOWN_CHARACTERS) {
      got = got.substring(0, SHOWN_CHARACTERS) + "...";
    }
    String where = path.isEmpty() ? file : file + ": " + path;
    return new DataException(where + ": expected " + constraint + ", got " + got);
  }
}
