package dev.r3.tensor.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a safetensors file: collect tensors, then {@link #write}. The same tensors give the same
 * bytes, in whatever order they were added: they are sorted by element size, largest first so that
 * all stay aligned, then by name. Nothing is copied before {@link #write}, which holds one small
 * part of one tensor at a time; leave arrays and tensors alone until then.
 */
public final class SafetensorsWriter {
  private static final int CHUNK = 1 << 13; // elements held at a time
  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, String> metadata = new TreeMap<>();
  private final Map<String, Source> sources = new TreeMap<>();

  /** Room for a part of a tensor. */
  private record Part(float[] floats, double[] doubles) {}

  /**
   * Puts the elements from {@code start} on, {@code count} of them, into a little-endian buffer.
   */
  private interface Filler {
    void fill(ByteBuffer out, int start, int count, Part part);
  }

  private record Source(String name, DataType type, Shape shape, Filler filler) {
    long bytes() {
      return (long) shape.size() * type.bytes();
    }
  }

  /** Free text to go with the tensors. */
  public void metadata(String key, String value) {
    metadata.put(key, value);
  }

  /** Adds a tensor stored as a floating point type, rounded to nearest, ties to even. */
  public void add(String name, DataType type, Tensor tensor) {
    requireFloating(name, type);
    Filler filler =
        (out, start, count, part) -> {
          if (type == DataType.F32) {
            tensor.read(start, count, part.floats);
            put(type, part.floats, 0, count, out);
          } else {
            tensor.read(start, count, part.doubles);
            put(type, part.doubles, 0, count, out);
          }
        };
    add(new Source(name, type, tensor.shape(), filler), tensor.size());
  }

  /** Adds a tensor stored as F32. */
  public void add(String name, Shape shape, float[] values) {
    add(name, DataType.F32, shape, values);
  }

  /** Adds a tensor stored as a floating point type, rounded to nearest, ties to even. */
  public void add(String name, DataType type, Shape shape, float[] values) {
    requireFloating(name, type);
    Filler filler = (out, start, count, part) -> put(type, values, start, count, out);
    add(new Source(name, type, shape, filler), values.length);
  }

  /** Adds a tensor stored as a floating point type, rounded to nearest, ties to even. */
  public void add(String name, DataType type, Shape shape, double[] values) {
    requireFloating(name, type);
    Filler filler = (out, start, count, part) -> put(type, values, start, count, out);
    add(new Source(name, type, shape, filler), values.length);
  }

  /** Adds a tensor stored as I64. */
  public void add(String name, Shape shape, long[] values) {
    Filler filler = (out, start, count, part) -> out.asLongBuffer().put(values, start, count);
    add(new Source(name, DataType.I64, shape, filler), values.length);
  }

  /** Adds a tensor stored as I64. */
  public void add(String name, Shape shape, int[] values) {
    Filler filler =
        (out, start, count, part) -> {
          for (int i = 0; i < count; i++) {
            out.putLong(i * Long.BYTES, values[start + i]);
          }
        };
    add(new Source(name, DataType.I64, shape, filler), values.length);
  }

  private void add(Source source, int length) {
    if (length != source.shape.size()) {
      throw new IllegalArgumentException(
          "SafetensorsWriter("
              + source.name
              + "): expected "
              + source.shape.size()
              + " values for "
              + source.shape
              + ", got "
              + length);
    }
    if (source.name.equals(SafetensorsHeader.METADATA_KEY)
        || sources.putIfAbsent(source.name, source) != null) {
      throw new IllegalArgumentException(
          "SafetensorsWriter: expected a new tensor name, got \"" + source.name + "\" again");
    }
  }

  private static void requireFloating(String name, DataType type) {
    if (!type.isFloating()) {
      throw new IllegalArgumentException(
          "SafetensorsWriter(" + name + "): expected F64, F32, F16 or BF16, got " + type);
    }
  }

  private static void put(DataType type, float[] values, int start, int count, ByteBuffer out) {
    for (int i = 0; i < count; i++) {
      float value = values[start + i];
      switch (type) {
        case F64 -> out.putDouble(i * Double.BYTES, value);
        case F32 -> out.putFloat(i * Float.BYTES, value);
        case F16 -> out.putShort(i * Short.BYTES, HalfPrecision.floatToFloat16(value));
        default -> out.putShort(i * Short.BYTES, HalfPrecision.floatToBfloat16(value));
      }
    }
  }

  private static void put(DataType type, double[] values, int start, int count, ByteBuffer out) {
    for (int i = 0; i < count; i++) {
      double value = values[start + i];
      float odd = HalfPrecision.roundToOdd(value);
      switch (type) {
        case F64 -> out.putDouble(i * Double.BYTES, value);
        case F32 -> out.putFloat(i * Float.BYTES, (float) value);
        case F16 -> out.putShort(i * Short.BYTES, HalfPrecision.floatToFloat16(odd));
        default -> out.putShort(i * Short.BYTES, HalfPrecision.floatToBfloat16(odd));
      }
    }
  }

  /**
   * Replaces {@code target} as a whole ({@link AtomicFiles}).
   *
   * @throws UncheckedIOException if writing fails; the message names {@code target}
   */
  public void write(Path target) {
    List<Source> inOrder = new ArrayList<>(sources.values());
    inOrder.sort(Comparator.comparing(source -> -source.type.bytes()));
    AtomicFiles.write(
        target,
        out -> {
          writeHeader(inOrder, out);
          ByteBuffer chunk =
              ByteBuffer.allocate(CHUNK * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          Part part = new Part(new float[CHUNK], new double[CHUNK]);
          for (Source source : inOrder) {
            int size = source.shape.size();
            for (int start = 0; start < size; start += CHUNK) {
              int count = Math.min(CHUNK, size - start);
              source.filler.fill(chunk, start, count, part);
              out.write(chunk.array(), 0, count * source.type.bytes());
            }
          }
        });
  }

  private void writeHeader(List<Source> inOrder, OutputStream out) throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(header)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(SafetensorsHeader.METADATA_KEY);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long begin = 0;
      for (Source source : inOrder) {
        json.writeObjectFieldStart(source.name);
        json.writeStringField("dtype", source.type.name());
        json.writeFieldName("shape");
        json.writeArray(source.shape.axes(), 0, source.shape.rank());
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, begin + source.bytes()}, 0, 2);
        json.writeEndObject();
        begin += source.bytes();
      }
      json.writeEndObject();
    }
    byte[] padded = Arrays.copyOf(header.toByteArray(), (header.size() + 7) / 8 * 8);
    Arrays.fill(padded, header.size(), padded.length, (byte) ' ');
    if (padded.length > SafetensorsHeader.MAX_HEADER_BYTES) {
      throw new IOException(
          "a header of "
              + padded.length
              + " bytes, more than the format's "
              + SafetensorsHeader.MAX_HEADER_BYTES);
    }
    ByteBuffer length = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES);
    out.write(length.order(ByteOrder.LITTLE_ENDIAN).putLong(padded.length).array());
    out.write(padded);
  }
}
