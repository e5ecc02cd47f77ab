package dev.r3.transformer;

import dev.r3.tensor.Parameter;
import dev.r3.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A short checksum of a model: of its weights bit by bit and of whatever else decides its output.
 */
final class Fingerprint {
  private static final int PART = 1 << 14; // elements read at a time

  private Fingerprint() {}

  static String of(List<Parameter> parameters, String settings) {
    CRC32C names = new CRC32C();
    CRC32C values = new CRC32C();
    names.update(settings.getBytes(StandardCharsets.UTF_8));
    for (Parameter parameter : parameters) {
      names.update((parameter.name() + parameter.shape()).getBytes(StandardCharsets.UTF_8));
    }
    // Of gigabytes: by all cores, and then in order.
    List<Long> checksums =
        parameters.parallelStream().map(parameter -> checksum(parameter.value())).toList();
    for (long checksum : checksums) {
      values.update(ByteBuffer.allocate(Long.BYTES).putLong(checksum).flip());
    }
    return String.format("%08x%08x", names.getValue(), values.getValue());
  }

  private static long checksum(Tensor values) {
    CRC32C checksum = new CRC32C();
    float[] part = new float[PART];
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * PART).order(ByteOrder.LITTLE_ENDIAN);
    for (int start = 0; start < values.size(); start += PART) {
      int count = Math.min(PART, values.size() - start);
      values.read(start, count, part);
      bytes.asFloatBuffer().put(part, 0, count);
      checksum.update(bytes.array(), 0, count * Float.BYTES);
    }
    return checksum.getValue();
  }
}
