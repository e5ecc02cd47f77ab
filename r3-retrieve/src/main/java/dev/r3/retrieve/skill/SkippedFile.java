package dev.r3.retrieve.skill;

import java.nio.file.Path;

/**
 * A file or folder of a library that could not be used.
 *
 * @param reason {@code expected <constraint>, got <value>}
 */
public record SkippedFile(Path path, String reason) {

  @Override
  public String toString() {
    return path + ": " + reason;
  }
}
