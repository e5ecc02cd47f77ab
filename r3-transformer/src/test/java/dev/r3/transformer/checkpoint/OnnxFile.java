package dev.r3.transformer.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes the messages of an ONNX file, for tests. */
final class OnnxFile {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  OnnxFile integer(int field, long value) {
    varint(field << 3);
    varint(value);
    return this;
  }

  OnnxFile bytes(int field, byte[] value) {
    varint(field << 3 | 2);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  OnnxFile text(int field, String value) {
    return bytes(field, value.getBytes(UTF_8));
  }

  OnnxFile message(int field, OnnxFile value) {
    return bytes(field, value.toBytes());
  }

  OnnxFile fixed32(int field, float value) {
    varint(field << 3 | 5);
    out.writeBytes(floats(value));
    return this;
  }

  OnnxFile varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  /** A float initialiser with raw data. */
  static OnnxFile tensor(String name, int rows, int columns, float... values) {
    return new OnnxFile()
        .integer(1, rows)
        .integer(1, columns)
        .integer(2, 1)
        .text(8, name)
        .bytes(9, floats(values));
  }

  static OnnxFile node(String opType, String name, String... inputs) {
    OnnxFile node = new OnnxFile();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, name + "_output_0").text(3, name).text(4, opType);
  }

  static byte[] model(OnnxFile graph) {
    return new OnnxFile().integer(1, 7).text(2, "pytorch").message(7, graph).toBytes();
  }
}
