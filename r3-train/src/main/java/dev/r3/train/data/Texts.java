package dev.r3.train.data;

import java.util.HashSet;
import java.util.List;

/** What the records of this package ask of their strings. */
final class Texts {
  private Texts() {}

  static void requireNotBlank(String value, String where, String field) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(
          where + ": expected a " + field + " with text, got \"" + value + "\"");
    }
  }

  static void requireDistinct(List<String> ids, String where, String field) {
    if (new HashSet<>(ids).size() != ids.size()) {
      throw new IllegalArgumentException(where + ": expected distinct " + field + ", got " + ids);
    }
  }
}
