package dev.r3.tensor.io;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.r3.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The header of a safetensors file and its rules: 8 bytes of little-endian length, a JSON object
 * from tensor name to type, shape and offsets, then data that the tensors fill without holes or
 * overlap, to the last byte.
 */
final class SafetensorsHeader {
  static final String METADATA_KEY = "__metadata__";
  static final int MAX_HEADER_BYTES = 100_000_000;
  static final int LENGTH_BYTES = 8;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** A tensor's place, in bytes from the start of the data. */
  record Entry(String name, DataType type, Shape shape, long begin, long end) {}

  final Map<String, Entry> entries = new TreeMap<>();
  final Map<String, String> metadata = new TreeMap<>();

  /** Where the data starts in the file. */
  final long dataStart;

  private final Path file;

  private SafetensorsHeader(Path file, long dataStart) {
    this.file = file;
    this.dataStart = dataStart;
  }

  /** Reads and checks a header; {@code file} is for messages. */
  static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
    long fileBytes = channel.size();
    if (fileBytes < LENGTH_BYTES) {
      throw new DataException(
          file + ": expected " + LENGTH_BYTES + " bytes of header length, got " + fileBytes);
    }
    long length = readFully(channel, 0, LENGTH_BYTES).getLong();
    if (length < 0 || length > MAX_HEADER_BYTES) {
      throw new DataException(
          file
              + ": expected a header of at most "
              + MAX_HEADER_BYTES
              + " bytes, got "
              + Long.toUnsignedString(length));
    }
    if (length > fileBytes - LENGTH_BYTES) {
      throw new DataException(
          file
              + ": expected a header of "
              + length
              + " bytes, got a file with only "
              + (fileBytes - LENGTH_BYTES)
              + " after the header length");
    }
    SafetensorsHeader header = new SafetensorsHeader(file, LENGTH_BYTES + length);
    header.parse(readFully(channel, LENGTH_BYTES, (int) length).array());
    header.requireExactCover(fileBytes - header.dataStart);
    return header;
  }

  private static ByteBuffer readFully(FileChannel channel, long position, int count)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new IOException("the file shrank while it was read");
      }
    }
    return bytes.flip();
  }

  private void parse(byte[] json) throws IOException {
    if (json.length == 0 || json[0] != '{') {
      throw new DataException(file + ": expected a header that begins with '{', got another byte");
    }
    // An entry at a time: the tree of a hostile header would be many times its size.
    try (Reader text =
            new InputStreamReader(
                new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder());
        JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        JsonNode value = parser.readValueAsTree();
        if (name.equals(METADATA_KEY)) {
          readMetadata(value);
        } else {
          entries.put(name, entry(name, value));
        }
      }
      if (parser.nextToken() != null) {
        throw new DataException(file + ": expected nothing after the header's object, got more");
      }
    } catch (JsonProcessingException e) {
      throw new DataException(
          file + ": expected a header of valid JSON, got a fault: " + e.getOriginalMessage(), e);
    } catch (CharacterCodingException e) {
      throw new DataException(file + ": expected a header in UTF-8, got other bytes", e);
    }
  }

  private void readMetadata(JsonNode value) {
    boolean texts = value.isObject();
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      texts &= field.getValue().isTextual();
      metadata.put(field.getKey(), field.getValue().asText());
    }
    if (!texts) {
      throw new DataException(
          file + ": expected " + METADATA_KEY + " to map strings to strings, got other types");
    }
  }

  private Entry entry(String name, JsonNode value) {
    DataType type = type(name, value.path("dtype"));
    Shape shape = shape(name, value.path("shape"));
    JsonNode offsets = value.path("data_offsets");
    if (!offsets.isArray()
        || offsets.size() != 2
        || !isNatural(offsets.get(0))
        || !isNatural(offsets.get(1))
        || offsets.get(0).longValue() > offsets.get(1).longValue()) {
      throw fault(name, "data_offsets [begin, end] with 0 <= begin <= end", shown(offsets));
    }
    Entry entry =
        new Entry(name, type, shape, offsets.get(0).longValue(), offsets.get(1).longValue());
    long expected = (long) shape.size() * type.bytes();
    if (entry.end - entry.begin != expected) {
      throw fault(
          name,
          expected + " bytes for " + type + " " + shape,
          "offsets that span " + (entry.end - entry.begin));
    }
    return entry;
  }

  private DataType type(String name, JsonNode value) {
    for (DataType type : DataType.values()) {
      if (value.isTextual() && type.name().equals(value.textValue())) {
        return type;
      }
    }
    throw fault(name, "a dtype of " + List.of(DataType.values()), shown(value));
  }

  private Shape shape(String name, JsonNode value) {
    if (!value.isArray()) {
      throw fault(name, "a shape that is an array", shown(value));
    }
    int[] axes = new int[value.size()];
    long size = 1;
    for (int i = 0; i < axes.length; i++) {
      if (!isNatural(value.get(i))) {
        throw fault(name, "a shape of integers of at least 0", shown(value));
      }
      // Both factors stay below 2^31, so the product cannot overflow.
      long axis = value.get(i).longValue();
      size = axis > Integer.MAX_VALUE ? Long.MAX_VALUE : size * axis;
      if (size > Integer.MAX_VALUE) {
        throw fault(name, "a shape of at most 2^31 - 1 elements", shown(value));
      }
      axes[i] = (int) axis;
    }
    return new Shape(axes);
  }

  private static boolean isNatural(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0;
  }

  private void requireExactCover(long dataBytes) {
    List<Entry> inOrder = new ArrayList<>(entries.values());
    inOrder.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long covered = 0;
    for (Entry entry : inOrder) {
      if (entry.begin != covered) {
        throw fault(
            entry.name,
            "data that begins at byte " + covered + ", where the data before it ends",
            entry.begin + (entry.begin > covered ? ", a hole" : ", an overlap"));
      }
      covered = entry.end;
      if (covered > dataBytes) {
        throw fault(
            entry.name, "data up to byte " + covered, "a file with only " + dataBytes + " of data");
      }
    }
    if (covered != dataBytes) {
      throw new DataException(
          file
              + ": expected "
              + covered
              + " bytes of data, as the tensors say, got "
              + dataBytes
              + ": trailing bytes");
    }
  }

  private DataException fault(String tensor, String expected, String got) {
    return new DataException(
        file + ": tensor \"" + tensor + "\": expected " + expected + ", got " + got);
  }

  private static String shown(JsonNode value) {
    String text = value.isMissingNode() ? "none" : value.toString();
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
