package dev.r3.retrieve.index;

import dev.r3.tensor.Shape;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.DataType;
import dev.r3.tensor.io.SafetensorsFile;
import dev.r3.tensor.io.SafetensorsWriter;
import dev.r3.tensor.io.StoredTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The cache's file: safetensors with {@code digests} [texts, 4] (I64, SHA-256 of each text), {@code
 * embeddings} [texts, dimension] (F32), and in the metadata the model's fingerprint and a SHA-256
 * over fingerprint, dimension and both tensors.
 */
final class EmbeddingFile {
  private static final String FORMAT = "r3-embeddings-1";
  private static final String DIGESTS = "digests";
  private static final String EMBEDDINGS = "embeddings";

  /** What all embeddings of a file share. */
  record Key(String fingerprint, int dimension) {}

  private EmbeddingFile() {}

  /**
   * Those of the wanted embeddings that the file has.
   *
   * @throws DataException if the file is damaged or made with another model
   */
  static Map<TextDigest, float[]> read(Path file, Key key, Set<TextDigest> wanted) {
    try (SafetensorsFile stored = SafetensorsFile.open(file)) {
      Map<String, String> metadata = stored.metadata();
      require(file, "format", FORMAT, metadata.get("format"));
      require(file, "model fingerprint", key.fingerprint, metadata.get("fingerprint"));
      StoredTensor digests = stored.tensor(DIGESTS);
      StoredTensor embeddings = stored.tensor(EMBEDDINGS);
      int rows = embeddings.shape().rank() == 2 ? embeddings.shape().axis(0) : 0;
      require(file, DIGESTS, description(DataType.I64, rows, TextDigest.LONGS), described(digests));
      require(
          file, EMBEDDINGS, description(DataType.F32, rows, key.dimension), described(embeddings));
      require(
          file,
          "checksum",
          checksum(key, digests.data(), embeddings.data()),
          metadata.get("sha256"));
      return select(digests, embeddings, rows, key.dimension, wanted);
    }
  }

  private static void require(Path file, String what, String expected, @Nullable String got) {
    if (!expected.equals(got)) {
      throw new DataException(file + ": expected " + what + " " + expected + ", got " + got);
    }
  }

  private static String description(DataType type, int rows, int columns) {
    return type + " " + new Shape(rows, columns);
  }

  private static String described(StoredTensor tensor) {
    return tensor.type() + " " + tensor.shape();
  }

  /** Reads the rows that are wanted and no others, so that a huge file costs no memory. */
  private static Map<TextDigest, float[]> select(
      StoredTensor digests,
      StoredTensor embeddings,
      int rows,
      int dimension,
      Set<TextDigest> wanted) {
    LongBuffer keys = digests.data().asLongBuffer();
    Map<TextDigest, float[]> found = new LinkedHashMap<>();
    for (int row = 0; row < rows; row++) {
      TextDigest digest = new TextDigest(keys.get(), keys.get(), keys.get(), keys.get());
      if (wanted.contains(digest)) {
        float[] vector = new float[dimension];
        embeddings.data().asFloatBuffer().get(row * dimension, vector);
        found.put(digest, vector);
      }
    }
    return found;
  }

  /**
   * Replaces the file as a whole; makes its folder where that is missing.
   *
   * @throws UncheckedIOException if that fails, or the embeddings need more than a tensor can hold
   */
  static void write(Path file, Key key, Map<TextDigest, float[]> embeddings) {
    int rows = embeddings.size();
    try {
      long bytes = (long) rows * key.dimension * Float.BYTES;
      if (bytes > Integer.MAX_VALUE) {
        throw new IOException("embeddings of " + bytes + " bytes, more than a tensor's 2 GB");
      }
      if (Files.isDirectory(file)) {
        throw new IOException("a folder");
      }
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": expected to write the file, got " + e, e);
    }
    long[] digests = new long[rows * TextDigest.LONGS];
    float[] vectors = new float[rows * key.dimension];
    LongBuffer digestsOut = LongBuffer.wrap(digests);
    int row = 0;
    for (Map.Entry<TextDigest, float[]> entry : embeddings.entrySet()) {
      TextDigest digest = entry.getKey();
      digestsOut.put(digest.a()).put(digest.b()).put(digest.c()).put(digest.d());
      System.arraycopy(entry.getValue(), 0, vectors, row++ * key.dimension, key.dimension);
    }
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.add(DIGESTS, new Shape(rows, TextDigest.LONGS), digests);
    writer.add(EMBEDDINGS, new Shape(rows, key.dimension), vectors);
    writer.metadata("format", FORMAT);
    writer.metadata("fingerprint", key.fingerprint);
    writer.metadata("sha256", checksum(key, digests, vectors));
    writer.write(file);
  }

  private static String checksum(Key key, long[] digests, float[] vectors) {
    ByteBuffer digestBytes = littleEndian(digests.length * Long.BYTES);
    digestBytes.asLongBuffer().put(digests);
    ByteBuffer vectorBytes = littleEndian(vectors.length * Float.BYTES);
    vectorBytes.asFloatBuffer().put(vectors);
    return checksum(key, digestBytes, vectorBytes);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String checksum(Key key, ByteBuffer digests, ByteBuffer embeddings) {
    MessageDigest sha256 = TextDigest.sha256();
    // The two lengths keep one part from running into the next.
    byte[] fingerprint = key.fingerprint.getBytes(StandardCharsets.UTF_8);
    sha256.update(ByteBuffer.allocate(8).putInt(fingerprint.length).putInt(key.dimension).flip());
    sha256.update(fingerprint);
    sha256.update(digests);
    sha256.update(embeddings);
    return TextDigest.of(sha256.digest()).hex();
  }
}
