package dev.r3.transformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.Shape;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.DataType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxWeightsTest {
  private static OnnxWeights read(byte[] bytes) {
    return OnnxWeights.read(new ByteArrayInputStream(bytes), "model.onnx");
  }

  private static OnnxWeights readTensor(OnnxFile tensor) {
    return read(OnnxFile.model(new OnnxFile().message(5, tensor)));
  }

  private static byte[] smallModel() {
    return OnnxFile.model(
        new OnnxFile()
            .message(1, OnnxFile.node("MatMul", "/dense/MatMul", "x", "onnx::MatMul_1"))
            .text(2, "torch_jit")
            .message(5, OnnxFile.tensor("onnx::MatMul_1", 2, 3, 1, 2, 3, 4, 5, 6))
            .message(
                5,
                new OnnxFile().integer(1, 1).integer(2, 7).text(8, "ids").bytes(9, new byte[8])));
  }

  @Test
  void readsWeightsAndNodesAndLeavesOutIntegers() {
    OnnxWeights onnx = read(smallModel());
    assertThat(onnx.initializers()).containsOnlyKeys("onnx::MatMul_1");
    assertThat(onnx.initializers().get("onnx::MatMul_1").shape()).isEqualTo(new Shape(2, 3));
    assertThat(onnx.initializers().get("onnx::MatMul_1").toFloats())
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(onnx.nodes())
        .containsExactly(
            new OnnxWeights.Node(
                "MatMul",
                "/dense/MatMul",
                List.of("x", "onnx::MatMul_1"),
                List.of("/dense/MatMul_output_0")));
  }

  @Test
  void readsFloatsHoweverTheyAreWritten() {
    OnnxFile packed =
        new OnnxFile().bytes(1, new byte[] {2, 1}).integer(2, 1).bytes(4, OnnxFile.floats(1, -2));
    OnnxFile single =
        new OnnxFile().integer(1, 2).integer(2, 1).fixed32(4, 1).fixed32(4, -2).text(8, "w");
    OnnxFile half =
        new OnnxFile().integer(1, 2).integer(2, 10).bytes(9, new byte[] {0, 0x3c, 0, (byte) 0xc0});
    for (OnnxFile tensor : List.of(packed, single, half)) {
      assertThat(readTensor(tensor).initializers().values())
          .singleElement()
          .satisfies(weight -> assertThat(weight.toFloats()).containsExactly(1, -2));
    }
    assertThat(readTensor(half).initializers().get("").type()).isEqualTo(DataType.F16);
    assertThat(readTensor(packed).initializers().get("").shape()).isEqualTo(new Shape(2, 1));
  }

  @Test
  void refusesTensorsThatDoNotAddUp() {
    assertThatThrownBy(() -> readTensor(OnnxFile.tensor("w", 2, 3, 1, 2)))
        .isInstanceOf(DataException.class)
        .hasMessage("model.onnx: initialiser \"w\": expected 24 bytes for F32 [2, 3], got 8");
    assertThatThrownBy(() -> readTensor(new OnnxFile().text(8, "w").bytes(1, new byte[17])))
        .isInstanceOf(DataException.class)
        .hasMessage("model.onnx: initialiser \"w\": expected at most 16 axes, got 17");
    for (long dim : new long[] {-1, Integer.MAX_VALUE, Long.MAX_VALUE}) {
      assertThatThrownBy(
              () ->
                  readTensor(
                      new OnnxFile().integer(1, 2).integer(1, dim).integer(2, 1).text(8, "w")))
          .isInstanceOf(DataException.class)
          .hasMessage(
              "model.onnx: initialiser \"w\": expected axes of at least 0 and at most 2^31 - 1"
                  + " elements, got [2, "
                  + dim
                  + "]");
    }
    assertThatThrownBy(
            () ->
                readTensor(new OnnxFile().integer(1, 1).integer(2, 1).text(8, "w").integer(14, 1)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "model.onnx: initialiser \"w\": expected data within the file, got external data");
    assertThatThrownBy(
            () ->
                read(
                    OnnxFile.model(
                        new OnnxFile()
                            .message(5, OnnxFile.tensor("w", 1, 1, 1))
                            .message(5, OnnxFile.tensor("w", 1, 1, 1)))))
        .isInstanceOf(DataException.class)
        .hasMessage("model.onnx: expected every initialiser once, got \"w\" twice");
  }

  @Test
  void believesNoLength() {
    byte[] huge = new OnnxFile().varint(7 << 3 | 2).varint(Integer.MAX_VALUE).toBytes();
    assertThatThrownBy(() -> read(huge))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("model.onnx: field 7, byte 6 of its message: ")
        .hasMessageContaining("expected a length of at most 0, what is left, got 2147483647");
    byte[] negative = new OnnxFile().varint(7 << 3 | 2).varint(-1).toBytes();
    assertThatThrownBy(() -> read(negative))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("got 18446744073709551615");
    byte[] endless = new byte[20];
    Arrays.fill(endless, (byte) 0xff);
    assertThatThrownBy(() -> read(endless))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected an integer of at most 10 bytes, got a longer one");
    assertThatThrownBy(() -> read(new byte[] {0}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a field number of at least 1, got field key 0");
    assertThatThrownBy(() -> read(new byte[] {7 << 3 | 3}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a wire type of 0, 1, 2 or 5, got 3");
    assertThatThrownBy(() -> read(new byte[] {7 << 3, 1}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected bytes, got wire type 0");
  }

  @Test
  void everyPrefixIsRefusedWithThePath(@TempDir Path folder) throws IOException {
    byte[] whole = smallModel();
    Path file = folder.resolve("cut.onnx");
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> OnnxWeights.read(file))
          .as("prefix of %d of %d bytes", length, whole.length)
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(file + ": ");
    }
    Files.write(file, whole);
    assertThat(OnnxWeights.read(file).initializers()).hasSize(1);
  }

  @Property
  void garbageIsRefusedOrHarmless(@ForAll byte[] garbage) {
    readOrRefuse(garbage);
  }

  @Property
  void damageIsRefusedOrHarmless(@ForAll Random random) {
    byte[] bytes = smallModel();
    for (int i = 0; i < 3; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    readOrRefuse(bytes);
  }

  private static void readOrRefuse(byte[] bytes) {
    try {
      assertThat(read(bytes).where()).isEqualTo("model.onnx");
    } catch (DataException e) {
      assertThat(e).hasMessageStartingWith("model.onnx: ");
    }
  }

  @Test
  void namesAFileThatIsMissingOrNoModel(@TempDir Path folder) throws IOException {
    Path absent = folder.resolve("absent.onnx");
    assertThatThrownBy(() -> OnnxWeights.read(absent))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith(absent + ": expected a readable file, got ");
    Path text = Files.writeString(folder.resolve("text.onnx"), "version https://git-lfs");
    assertThatThrownBy(() -> OnnxWeights.read(text))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(text + ": ")
        .hasMessageEndingWith("; hint: damaged, or not a protocol buffers file");
    Path empty = Files.createFile(folder.resolve("empty.onnx"));
    assertThatThrownBy(() -> OnnxWeights.read(empty))
        .isInstanceOf(DataException.class)
        .hasMessage(empty + ": expected an ONNX model with a graph, got none");
  }
}
