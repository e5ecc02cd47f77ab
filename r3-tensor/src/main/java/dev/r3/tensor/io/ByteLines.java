package dev.r3.tensor.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Splits a stream of bytes at its line feeds, holding one line at a time. */
final class ByteLines {
  private final InputStream in;
  private final int maxBytes;
  private byte[] buffer = new byte[1 << 16];
  private int start;
  private int end;
  private boolean finished;

  ByteLines(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /** The next line without its line feed, valid until the next call; null after the last one. */
  @Nullable ByteBuffer next() throws IOException {
    int searched = start;
    while (true) {
      for (int i = searched; i < end; i++) {
        if (buffer[i] == '\n') {
          return take(i, i + 1);
        }
      }
      searched = end;
      if (finished) {
        return start == end ? null : take(end, end);
      }
      int shift = start;
      fill();
      searched -= shift - start;
    }
  }

  private ByteBuffer take(int lineEnd, int next) throws TooLongException {
    if (lineEnd - start > maxBytes) {
      throw new TooLongException();
    }
    ByteBuffer line = ByteBuffer.wrap(buffer, start, lineEnd - start);
    start = next;
    return line;
  }

  /** Moves the unfinished line to the front of the buffer and reads behind it. */
  private void fill() throws IOException {
    if (end - start > maxBytes) {
      throw new TooLongException();
    }
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    start = 0;
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int count = in.read(buffer, end, buffer.length - end);
    if (count < 0) {
      finished = true;
    } else {
      end += count;
    }
  }

  /** The line has more bytes than allowed. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
