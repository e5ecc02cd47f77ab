package dev.r3.tensor.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, mapped a tensor at a time, so that the file may be of any size and a tensor
 * of up to 2 GB. The whole header is checked on opening.
 */
public final class SafetensorsFile implements TensorStore {
  private final Path file;
  private final FileChannel channel;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path file, FileChannel channel, SafetensorsHeader header) {
    this.file = file;
    this.channel = channel;
    this.header = header;
  }

  /**
   * @throws DataException if the file breaks a rule of the format; the message names file, tensor
   *     and rule
   * @throws UncheckedIOException if the file cannot be read
   */
  public static SafetensorsFile open(Path file) {
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        return new SafetensorsFile(file, channel, SafetensorsHeader.read(file, channel));
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": expected a readable file, got " + e, e);
    }
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(header.entries.keySet());
  }

  @Override
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata);
  }

  @Override
  public StoredTensor tensor(String name) {
    SafetensorsHeader.Entry entry = header.entries.get(name);
    if (entry == null) {
      throw new DataException(
          file + ": expected a tensor \"" + name + "\", got none of that name; hint: " + sample());
    }
    long bytes = entry.end() - entry.begin();
    if (bytes > Integer.MAX_VALUE) {
      throw new DataException(
          file + ": tensor \"" + name + "\": expected less than 2 GB, got " + bytes + " bytes");
    }
    try {
      return new StoredTensor(
          name,
          entry.type(),
          entry.shape(),
          channel.map(MapMode.READ_ONLY, header.dataStart + entry.begin(), bytes));
    } catch (ClosedChannelException e) {
      throw new IllegalStateException(file + ": expected an open file, got a closed one", e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          file + ": tensor \"" + name + "\": expected to map it, got " + e, e);
    }
  }

  private String sample() {
    return "it holds "
        + header.entries.size()
        + " tensors, such as "
        + header.entries.keySet().stream().limit(3).toList();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": expected to close it, got " + e, e);
    }
  }
}
