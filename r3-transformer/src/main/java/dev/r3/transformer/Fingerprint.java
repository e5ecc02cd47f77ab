package dev.r3.transformer;

import dev.r3.tensor.Parameter;
import dev.r3.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * A short checksum of a model: of its weights bit by bit and of whatever else decides its output.
 */
final class Fingerprint {
  private static final int PART = 1 << 14; // elements read at a time

  private Fingerprint() {}

  /**
   * @param stored of the weights as they are stored, where they cannot change; else they are read
   */
  static String of(List<Parameter> parameters, String settings, OptionalLong stored) {
    CRC32C names = new CRC32C();
    names.update(settings.getBytes(StandardCharsets.UTF_8));
    for (Parameter parameter : parameters) {
      names.update((parameter.name() + parameter.shape()).getBytes(StandardCharsets.UTF_8));
    }
    long values = stored.orElseGet(() -> checksum(parameters));
    return String.format("%08x%08x", names.getValue(), values);
  }

  private static long checksum(List<Parameter> parameters) {
    CRC32C values = new CRC32C();
    for (Parameter parameter : parameters) {
      update(values, parameter.value());
    }
    return values.getValue();
  }

  private static void update(CRC32C checksum, Tensor values) {
    float[] part = new float[PART];
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * PART).order(ByteOrder.LITTLE_ENDIAN);
    for (int start = 0; start < values.size(); start += PART) {
      int count = Math.min(PART, values.size() - start);
      values.read(start, count, part);
      bytes.asFloatBuffer().put(part, 0, count);
      checksum.update(bytes.array(), 0, count * Float.BYTES);
    }
  }
}
