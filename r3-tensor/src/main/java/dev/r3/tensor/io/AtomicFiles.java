package dev.r3.tensor.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Replaces a file as a whole: a reader, or a crash, sees the old content or the new one. */
public final class AtomicFiles {
  private static final int BUFFER_BYTES = 1 << 16;

  private AtomicFiles() {}

  /**
   * Writes {@code content} to a temporary file beside {@code target}, forces it to disk and renames
   * it over {@code target}. When anything fails the temporary file goes and {@code target} stays as
   * it was. The stream needs no closing.
   *
   * @throws UncheckedIOException if writing fails; the message names {@code target}
   */
  public static void write(Path target, IoConsumer<OutputStream> content) {
    Path file = target.toAbsolutePath();
    Path folder = file.getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new IllegalArgumentException(target + ": expected the path of a file, got a folder");
    }
    // Not Files.createTempFile: that one is private to its owner, and the target would inherit it.
    Path temporary = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try {
        writeForced(temporary, content);
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        // After the rename there is nothing left to delete.
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(target + ": expected to write the file, got " + e, e);
    }
    forceFolder(folder);
  }

  private static void writeForced(Path file, IoConsumer<OutputStream> content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      OutputStream out = new UnclosedStream(Channels.newOutputStream(channel));
      content.accept(out);
      out.flush();
      channel.force(true);
    }
  }

  /** Makes the rename itself durable, on systems whose folders can be opened (not Windows). */
  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // The content is on disk and in place; only a power cut right now could undo the rename.
      return;
    }
  }

  /** Leaves the channel open when the content's own writer closes its stream: it is yet to sync. */
  private static final class UnclosedStream extends BufferedOutputStream {
    UnclosedStream(OutputStream out) {
      super(out, BUFFER_BYTES);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
