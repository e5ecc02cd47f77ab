package dev.r3.tensor.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.Shape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
  @TempDir private Path folder;

  private static byte[] file(String header, int dataBytes) {
    byte[] json = header.getBytes(UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("model.safetensors"), bytes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": {A}, \"a\": {A}}                                 | Duplicate field 'a'",
        "{\"a\": {A, \"shape\": []}}                              | Duplicate field 'shape'",
        "{\"__metadata__\": {\"k\": \"1\", \"k\": \"2\"}, \"a\": {A}} | Duplicate field 'k'",
        "{\"__metadata__\": {\"k\": 1}, \"a\": {A}}               | expected __metadata__ to map strings to strings",
        "{\"__metadata__\": null, \"a\": {A}}                     | expected __metadata__ to map strings to strings",
        "{\"a\": {A}                                              | valid JSON, got a fault: Unexpected end-of-input",
        "{\"a\": {A}} {}                                          | expected nothing after the header's object, got more",
        "{\"a\": null}                                            | tensor \"a\": expected a dtype of",
        "{\"a\": {\"dtype\": \"F32\"}}                            | tensor \"a\": expected a shape that is an array, got none",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1.0]}}          | tensor \"a\": expected a shape of integers of at least 0, got [1.0]",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1]}}            | tensor \"a\": expected data_offsets [begin, end] with 0 <= begin <= end, got none",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 0]}}  | got [4,0]",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [-4, 0]}} | got [-4,0]",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0]}}     | got [0]",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [18446744073709551616, 18446744073709551620]}} | got [18446744073709551616,18446744073709551620]",
      })
  void refusesHeadersThatBreakARule(String header, String message) throws IOException {
    String whole =
        header.replace("{A", "{\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]");
    Path path = write(file(whole, 4));
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void refusesAHeaderThatIsNotUtf8() throws IOException {
    byte[] bytes = file("{\"__metadata__\": {\"k\": \"?\"}}", 0);
    bytes[bytes.length - 4] = (byte) 0xff;
    Path path = write(bytes);
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(DataException.class)
        .hasMessage(path + ": expected a header in UTF-8, got other bytes");
  }

  @Test
  void readsTensorsAtOddOffsetsAndInAnyOrder() throws IOException {
    byte[] bytes =
        file(
            """
            {"f": {"dtype": "F32", "shape": [1], "data_offsets": [1, 5]},
             "none": {"dtype": "I64", "shape": [2, 0], "data_offsets": [1, 1]},
             "b": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}
            """,
            5);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, 1.25f);
    bytes[bytes.length - 5] = 7;
    try (SafetensorsFile file = SafetensorsFile.open(write(bytes))) {
      assertThat(file.names()).containsExactly("b", "f", "none");
      assertThat(file.tensor("b").toLongs()).containsExactly(7);
      assertThat(file.tensor("f").toFloats()).containsExactly(1.25f);
      assertThat(file.tensor("none").toLongs()).isEmpty();
    }
  }

  @Test
  void readsBeyondTwoGigabytes() throws IOException {
    long big = Integer.MAX_VALUE;
    String header =
        """
        {"big": {"dtype": "I8", "shape": [%d], "data_offsets": [0, %d]},
         "huge": {"dtype": "I16", "shape": [%d], "data_offsets": [%d, %d]},
         "last": {"dtype": "F32", "shape": [2], "data_offsets": [%d, %d]}}
        """
            .formatted(big, big, big, big, 3 * big, 3 * big, 3 * big + 8);
    byte[] head = file(header, 0);
    Path path = write(head);
    // Nothing is written in between: the file takes little room on disk.
    try (RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
      out.seek(head.length + big - 1);
      out.write(42);
      out.seek(head.length + 3 * big);
      out.write(
          ByteBuffer.allocate(8)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putFloat(0, 1.5f)
              .putFloat(4, -2)
              .array());
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.tensor("last").toFloats()).containsExactly(1.5f, -2);
      assertThat(file.tensor("big").data().get(Integer.MAX_VALUE - 1)).isEqualTo((byte) 42);
      assertThatThrownBy(() -> file.tensor("huge"))
          .isInstanceOf(DataException.class)
          .hasMessage(path + ": tensor \"huge\": expected less than 2 GB, got 4294967294 bytes");
    }
  }

  @Test
  void namesMissingFilesAndTensorsAndRefusesUseAfterClose() throws IOException {
    Path absent = folder.resolve("absent.safetensors");
    assertThatThrownBy(() -> SafetensorsFile.open(absent))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith(absent + ": expected a readable file, got ");
    Path path =
        write(file("{\"a\": {\"dtype\": \"I32\", \"shape\": [1], \"data_offsets\": [0, 4]}}", 4));
    SafetensorsFile file = SafetensorsFile.open(path);
    assertThatThrownBy(() -> file.tensor("b"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            path
                + ": expected a tensor \"b\", got none of that name; hint: it holds 1 tensors, such"
                + " as [a]");
    StoredTensor tensor = file.tensor("a");
    file.close();
    assertThat(tensor.toLongs()).containsExactly(0);
    assertThatThrownBy(() -> file.tensor("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(path + ": expected an open file, got a closed one");
  }

  @Test
  void refusesConversionsThatLoseMeaning() {
    StoredTensor floats = new StoredTensor("w", DataType.F32, new Shape(1), ByteBuffer.allocate(4));
    assertThatThrownBy(floats::toLongs)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("StoredTensor(w): expected an integer type or BOOL, got F32");
    StoredTensor bytes = new StoredTensor("b", DataType.I8, new Shape(1), ByteBuffer.allocate(1));
    assertThatThrownBy(() -> bytes.read(0, 1, new float[1]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("StoredTensor(b): expected a floating-point type, got I8");
    assertThatThrownBy(
            () -> new StoredTensor("w", DataType.F32, new Shape(2), ByteBuffer.allocate(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("StoredTensor(w): expected 8 bytes for F32 [2], got 4");
  }

  @Test
  void everyReaderOfTheDataHasItsOwnPosition() {
    StoredTensor tensor = new StoredTensor("w", DataType.I32, new Shape(2), ByteBuffer.allocate(8));
    assertThat(tensor.data().getLong()).isZero();
    assertThat(tensor.toLongs()).hasSize(2);
    assertThat(tensor.data().isReadOnly()).isTrue();
  }
}
