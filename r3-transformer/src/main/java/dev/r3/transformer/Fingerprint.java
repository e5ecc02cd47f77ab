package dev.r3.transformer;

import dev.r3.tensor.Parameter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A short checksum of a model: of its weights bit by bit and of whatever else decides its output.
 */
final class Fingerprint {
  private Fingerprint() {}

  static String of(List<Parameter> parameters, String settings) {
    CRC32C names = new CRC32C();
    CRC32C values = new CRC32C();
    names.update(settings.getBytes(StandardCharsets.UTF_8));
    for (Parameter parameter : parameters) {
      names.update((parameter.name() + parameter.shape()).getBytes(StandardCharsets.UTF_8));
      float[] elements = parameter.value().toFloats();
      ByteBuffer bytes = ByteBuffer.allocate(4 * elements.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(elements);
      values.update(bytes);
    }
    return String.format("%08x%08x", names.getValue(), values.getValue());
  }
}
