package dev.r3.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.Shape;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files written byte by byte from the format's description, good and bad. */
class SafetensorsGoldenTest {
  private static Path golden(String name) throws URISyntaxException {
    return Path.of(
        SafetensorsGoldenTest.class.getResource("/goldens/safetensors-format/" + name).toURI());
  }

  /** NaN has one bit pattern here, -0 differs from 0. */
  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(values[i]);
    }
    return bits;
  }

  @Test
  void readsEveryDataTypeExactly() throws URISyntaxException {
    try (SafetensorsFile file = SafetensorsFile.open(golden("dtypes.safetensors"))) {
      assertThat(file.names()).hasSize(16).contains("naïve/名前.weight");
      assertThat(file.metadata()).containsEntry("format", "pt").containsEntry("note", "unicode ✓");

      double[] f64 = file.tensor("f64").toDoubles();
      assertThat(f64).startsWith(0.0, -0.0, 1.0, -1.5, 3.14159265);
      assertThat(f64[8]).isEqualTo(Double.POSITIVE_INFINITY);
      assertThat(f64[9]).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(f64[10]).isNaN();
      float[] narrowed = new float[f64.length];
      for (int i = 0; i < f64.length; i++) {
        narrowed[i] = (float) f64[i];
      }
      assertThat(bits(file.tensor("f64").toFloats())).isEqualTo(bits(narrowed));
      assertThat(bits(file.tensor("f32").toFloats())).isEqualTo(bits(narrowed));
      for (String half : List.of("f16", "bf16")) {
        assertThat(bits(file.tensor(half).toFloats()))
            .isEqualTo(bits(file.tensor(half + "_as_f32").toFloats()));
      }
      for (String name : List.of("f64", "f32", "f16", "bf16")) {
        StoredTensor stored = file.tensor(name);
        float[] part = new float[stored.shape().size()];
        stored.read(2, part.length - 3, part);
        float[] whole = Arrays.copyOfRange(stored.toFloats(), 2, part.length - 1);
        assertThat(bits(Arrays.copyOf(part, part.length - 3))).isEqualTo(bits(whole));
      }

      assertThat(file.tensor("i64").toLongs())
          .containsExactly(Long.MIN_VALUE, -1, 0, Long.MAX_VALUE);
      assertThat(file.tensor("i32").toLongs()).containsExactly(Integer.MIN_VALUE, 7);
      assertThat(file.tensor("i16").toLongs()).containsExactly(-32768, 32767);
      assertThat(file.tensor("i8").toLongs()).containsExactly(-128, 127);
      assertThat(file.tensor("u8").toLongs()).containsExactly(0, 255);
      assertThat(file.tensor("bool").toLongs()).containsExactly(1, 0, 1);
      assertThat(file.tensor("u8").toFloats()).containsExactly(0, 255);
      assertThat(file.tensor("i16").toDoubles()).containsExactly(-32768, 32767);

      assertThat(file.tensor("scalar").shape()).isEqualTo(new Shape());
      assertThat(file.tensor("scalar").toFloats()).containsExactly(2.5f);
      assertThat(file.tensor("empty").shape()).isEqualTo(new Shape(0, 4));
      assertThat(file.tensor("empty").toFloats()).isEmpty();
      assertThat(file.tensor("rank4").shape()).isEqualTo(new Shape(2, 1, 3, 4));
      assertThat(file.tensor("rank4").toFloats()[23]).isEqualTo(23);
      assertThat(file.tensor("naïve/名前.weight").toFloats()).containsExactly(1, 1);
    }
  }

  @Test
  void aFlippedBitOfTheDataIsSeen(@TempDir Path folder) throws IOException, URISyntaxException {
    byte[] bytes = Files.readAllBytes(golden("dtypes.safetensors"));
    int dataStart = 8 + (bytes[0] & 0xff) + 256 * (bytes[1] & 0xff);
    bytes[dataStart + 3 * Double.BYTES + 7] ^= 0x40;
    Path changed = Files.write(folder.resolve("changed.safetensors"), bytes);
    try (SafetensorsFile file = SafetensorsFile.open(changed)) {
      assertThat(file.tensor("f64").toDoubles()[3]).isNotEqualTo(-1.5);
      assertThat(bits(file.tensor("f64").toFloats()))
          .isNotEqualTo(bits(file.tensor("f32").toFloats()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "empty-file       | expected 8 bytes of header length, got 0",
        "header-too-long  | expected a header of at most 100000000 bytes, got 4611686018427387904",
        "hole             | tensor \"b\": expected data that begins at byte 4, where the data before it ends, got 8, a hole",
        "negative-shape   | tensor \"a\": expected a shape of integers of at least 0, got [-1]",
        "not-json         | expected a header that begins with '{', got another byte",
        "overflow-shape   | tensor \"a\": expected a shape of at most 2^31 - 1 elements, got [4611686018427387904,8]",
        "overlap          | tensor \"b\": expected data that begins at byte 8, where the data before it ends, got 4, an overlap",
        "shape-mismatch   | tensor \"a\": expected 12 bytes for F32 [3], got offsets that span 8",
        "trailing-bytes   | expected 4 bytes of data, as the tensors say, got 9: trailing bytes",
        "truncated-data   | tensor \"i8\": expected data up to byte 445, got a file with only 444 of data",
        "truncated-header | expected a header of 1048 bytes, got a file with only 32 after the header length",
        "unknown-dtype    | tensor \"a\": expected a dtype of [F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL], got \"Q7\"",
      })
  void refusesBadFilesNamingFileTensorAndRule(String name, String message) throws Exception {
    Path file = golden("bad-" + name + ".safetensors");
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageEndingWith(message);
  }

  @Test
  void noBadFileIsForgotten() throws Exception {
    try (Stream<Path> files = Files.list(golden("dtypes.safetensors").getParent())) {
      List<Path> bad =
          files.filter(file -> file.getFileName().toString().startsWith("bad-")).toList();
      assertThat(bad).hasSize(12);
      for (Path file : bad) {
        assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(DataException.class);
      }
    }
  }

  @Test
  void shardsReadLikeTheSingleFile() throws Exception {
    try (TensorStore shards = TensorStore.open(golden("sharded"));
        TensorStore single = TensorStore.open(golden("sharded-expected.safetensors"))) {
      assertThat(shards).isInstanceOf(ShardedSafetensors.class);
      assertThat(shards.names()).isEqualTo(single.names()).hasSize(3);
      for (String name : single.names()) {
        assertThat(shards.tensor(name)).isEqualTo(single.tensor(name));
      }
      assertThat(shards.metadata()).containsEntry("format", "pt");
      assertThat(shards.tensor("norm.weight"))
          .isNotEqualTo(single.tensor("layers.0.mlp.up_proj.weight"));
    }
  }
}
