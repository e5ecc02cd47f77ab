package dev.r3.tensor.io;

import dev.r3.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.ShortBuffer;
import java.util.Objects;

/**
 * A tensor as a file holds it: its elements in row-major order, little-endian, usually a window
 * into a mapped file. The conversions copy; a conversion that would lose the meaning of the numbers
 * (floating point to integer) is refused.
 */
public record StoredTensor(String name, DataType type, Shape shape, ByteBuffer data) {
  private static final int CHUNK = 1 << 12;

  public StoredTensor {
    if (data.remaining() != (long) shape.size() * type.bytes()) {
      throw new IllegalArgumentException(
          "StoredTensor("
              + name
              + "): expected "
              + (long) shape.size() * type.bytes()
              + " bytes for "
              + type
              + " "
              + shape
              + ", got "
              + data.remaining());
    }
    data = data.slice().asReadOnlyBuffer();
  }

  /** The bytes, in a buffer of its own position, set to little-endian. */
  @Override
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** All elements as floats: widened exactly, F64 and integers rounded to nearest. */
  public float[] toFloats() {
    float[] floats = new float[shape.size()];
    switch (type) {
      case F32 -> data().asFloatBuffer().get(floats);
      case F16, BF16 -> widen(floats);
      case F64 -> {
        double[] chunk = new double[Math.min(CHUNK, floats.length)];
        DoubleBuffer source = data().asDoubleBuffer();
        for (int start = 0; start < floats.length; start += CHUNK) {
          int count = Math.min(CHUNK, floats.length - start);
          source.get(chunk, 0, count);
          for (int i = 0; i < count; i++) {
            floats[start + i] = (float) chunk[i];
          }
        }
      }
      default -> {
        long[] longs = toLongs();
        for (int i = 0; i < floats.length; i++) {
          floats[i] = longs[i];
        }
      }
    }
    return floats;
  }

  /**
   * Puts elements {@code start} to {@code start + count - 1} of a floating-point tensor to the
   * front of {@code target}, as {@link #toFloats} gives them: for tensors too large to copy whole.
   */
  public void read(int start, int count, float[] target) {
    Objects.checkFromIndexSize(start, count, shape.size());
    ByteBuffer bytes = data();
    switch (type) {
      case F32 -> bytes.asFloatBuffer().position(start).get(target, 0, count);
      case F64 -> {
        for (int i = 0; i < count; i++) {
          target[i] = (float) bytes.getDouble((start + i) * Double.BYTES);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = HalfPrecision.float16ToFloat(bytes.getShort((start + i) * Short.BYTES));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = HalfPrecision.bfloat16ToFloat(bytes.getShort((start + i) * Short.BYTES));
        }
      }
      default -> throw wrongType("a floating-point type");
    }
  }

  /** All elements as doubles: exact, but for integers beyond 2^53. */
  public double[] toDoubles() {
    double[] doubles = new double[shape.size()];
    switch (type) {
      case F64 -> data().asDoubleBuffer().get(doubles);
      case F32, F16, BF16 -> {
        float[] floats = toFloats();
        for (int i = 0; i < doubles.length; i++) {
          doubles[i] = floats[i];
        }
      }
      default -> {
        long[] longs = toLongs();
        for (int i = 0; i < doubles.length; i++) {
          doubles[i] = longs[i];
        }
      }
    }
    return doubles;
  }

  /** All elements of an integer type or BOOL. */
  public long[] toLongs() {
    long[] longs = new long[shape.size()];
    ByteBuffer bytes = data();
    switch (type) {
      case I64 -> bytes.asLongBuffer().get(longs);
      case I32 -> {
        for (int i = 0; i < longs.length; i++) {
          longs[i] = bytes.getInt();
        }
      }
      case I16 -> {
        for (int i = 0; i < longs.length; i++) {
          longs[i] = bytes.getShort();
        }
      }
      case I8 -> {
        for (int i = 0; i < longs.length; i++) {
          longs[i] = bytes.get();
        }
      }
      case U8 -> {
        for (int i = 0; i < longs.length; i++) {
          longs[i] = bytes.get() & 0xff;
        }
      }
      case BOOL -> {
        for (int i = 0; i < longs.length; i++) {
          longs[i] = bytes.get() != 0 ? 1 : 0;
        }
      }
      default -> throw wrongType("an integer type or BOOL");
    }
    return longs;
  }

  private void widen(float[] floats) {
    short[] chunk = new short[Math.min(CHUNK, floats.length)];
    ShortBuffer source = data().asShortBuffer();
    for (int start = 0; start < floats.length; start += CHUNK) {
      int count = Math.min(CHUNK, floats.length - start);
      source.get(chunk, 0, count);
      if (type == DataType.BF16) {
        for (int i = 0; i < count; i++) {
          floats[start + i] = HalfPrecision.bfloat16ToFloat(chunk[i]);
        }
      } else {
        for (int i = 0; i < count; i++) {
          floats[start + i] = HalfPrecision.float16ToFloat(chunk[i]);
        }
      }
    }
  }

  private IllegalStateException wrongType(String expected) {
    return new IllegalStateException(
        "StoredTensor(" + name + "): expected " + expected + ", got " + type);
  }
}
