package dev.r3.transformer.checkpoint;

import dev.r3.tensor.io.DataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Walks the fields of one protocol buffers message: call {@link #next}, look at {@link #field},
 * then read the value or leave it. Bytes and messages are windows, not copies, and no length is
 * believed before it is compared with what is left, so a hostile file cannot ask for memory.
 */
final class ProtobufReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private static final int MAX_VARINT_BYTES = 10;

  private final String where;
  private final ByteBuffer message;
  private int field;
  private int wireType;
  private long varint;
  private ByteBuffer bytes = ByteBuffer.allocate(0);

  /**
   * @param where file for the messages of errors
   */
  ProtobufReader(String where, ByteBuffer message) {
    this.where = where;
    this.message = message.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Goes to the next field; false at the end of the message. */
  boolean next() {
    if (!message.hasRemaining()) {
      return false;
    }
    long key = readVarint();
    if (key >>> 3 == 0 || key >>> 3 > 0x1fffffff) {
      throw fault("a field number of at least 1", "field key " + key);
    }
    field = (int) (key >>> 3);
    wireType = (int) (key & 7);
    switch (wireType) {
      case VARINT -> varint = readVarint();
      case FIXED64 -> bytes = take(Long.BYTES);
      case FIXED32 -> bytes = take(Integer.BYTES);
      case LENGTH_DELIMITED -> bytes = take(readVarint());
      default -> throw fault("a wire type of 0, 1, 2 or 5", "" + wireType);
    }
    return true;
  }

  int field() {
    return field;
  }

  /** An integer field. */
  long integer() {
    require(wireType == VARINT, "an integer");
    return varint;
  }

  /** The bytes of a string, bytes or message field, or of packed numbers; little-endian. */
  ByteBuffer bytes() {
    require(wireType == LENGTH_DELIMITED, "bytes");
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  String text() {
    return StandardCharsets.UTF_8.decode(bytes()).toString();
  }

  ProtobufReader message() {
    return new ProtobufReader(where, bytes());
  }

  /** One or more integers of a repeated field, which a writer may pack or not. */
  long[] integers() {
    if (wireType == VARINT) {
      return new long[] {varint};
    }
    ProtobufReader packed = message();
    long[] integers = new long[packed.countVarints()];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = packed.readVarint();
    }
    return integers;
  }

  /**
   * A copy of the bytes of one or more floats of a repeated field, which a writer may pack or not.
   */
  byte[] floats() {
    require(wireType == LENGTH_DELIMITED || wireType == FIXED32, "floats");
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(bytes.position(), copy);
    return copy;
  }

  private int countVarints() {
    int count = 0;
    for (int i = 0; i < message.limit(); i++) {
      if (message.get(i) >= 0) { // the last byte of a varint
        count++;
      }
    }
    require(message.limit() == 0 || message.get(message.limit() - 1) >= 0, "whole integers");
    return count;
  }

  private long readVarint() {
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      if (!message.hasRemaining()) {
        throw fault("the rest of an integer", "the end of the data");
      }
      byte next = message.get();
      value |= (next & 0x7fL) << 7 * i;
      if (next >= 0) {
        return value;
      }
    }
    throw fault("an integer of at most 10 bytes", "a longer one");
  }

  private ByteBuffer take(long length) {
    if (length < 0 || length > message.remaining()) {
      throw fault(
          "a length of at most " + message.remaining() + ", what is left",
          Long.toUnsignedString(length));
    }
    ByteBuffer taken = message.slice(message.position(), (int) length);
    message.position(message.position() + (int) length);
    return taken;
  }

  private void require(boolean condition, String expected) {
    if (!condition) {
      throw fault(expected, "wire type " + wireType);
    }
  }

  private DataException fault(String expected, String got) {
    return new DataException(
        where
            + ": field "
            + field
            + ", byte "
            + message.position()
            + " of its message: expected "
            + expected
            + ", got "
            + got
            + "; hint: damaged, or not a protocol buffers file");
  }
}
