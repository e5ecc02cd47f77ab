package dev.r3.train.data;

import java.util.Arrays;
import java.util.Locale;

/** The parts of a data set. */
public enum Split {
  TRAIN,
  DEV,
  TEST;

  /** The split of that lower-case name. */
  public static Split of(String label) {
    for (Split split : values()) {
      if (split.label().equals(label)) {
        return split;
      }
    }
    throw new IllegalArgumentException(
        "Split: expected one of "
            + Arrays.stream(values()).map(Split::label).toList()
            + ", got \""
            + label
            + "\"");
  }

  /** The lower-case name that files and fields use. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
