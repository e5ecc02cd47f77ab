package dev.r3.cli.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Proves that output can be written, before hours of work are put into it. */
public final class Writable {
  private Writable() {}

  /**
   * Makes the folder if need be.
   *
   * @throws UncheckedIOException with the path when it cannot be made, or nothing written into it
   */
  public static void requireFolder(Path folder) {
    try {
      Files.createDirectories(folder);
      probe(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(
          folder + ": expected a writable folder, got " + failure, failure);
    }
  }

  /**
   * Checks the folder of a file that is to be written.
   *
   * @throws UncheckedIOException with the path when the file cannot be written
   */
  public static void requireFile(Path file) {
    try {
      Path folder = file.toAbsolutePath().normalize().getParent();
      if (folder == null || Files.isDirectory(file)) {
        throw new IOException("a folder");
      }
      probe(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(file + ": expected to write it, got " + failure, failure);
    }
  }

  private static void probe(Path folder) throws IOException {
    Files.delete(Files.createTempFile(folder, ".writable", null));
  }
}
