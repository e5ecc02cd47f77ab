package dev.r3.tensor.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.TestBackends;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsWriterTest {
  private Path path;

  @BeforeEach
  @BeforeProperty
  void createFile() throws IOException {
    path = Files.createTempFile("written", ".safetensors");
  }

  @AfterEach
  @AfterProperty
  void deleteFile() throws IOException {
    Files.deleteIfExists(path);
  }

  /** A tensor of any type that the writer knows, and its values as doubles. */
  record Written(DataType type, int rows, int columns, long seed) {
    Shape shape() {
      return new Shape(rows, columns);
    }

    /** Bits of all kinds: NaN, infinities, subnormals, -0. */
    float[] floats() {
      Random random = new Random(seed);
      float[] values = new float[shape().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            switch (i % 4) {
              case 0 -> Float.intBitsToFloat(random.nextInt());
              case 1 -> HalfPrecision.float16ToFloat((short) random.nextInt());
              default -> (float) random.nextGaussian();
            };
      }
      return values;
    }

    long[] longs() {
      return new Random(seed).longs(shape().size()).toArray();
    }

    void addTo(SafetensorsWriter writer, String name) {
      if (type == DataType.I64) {
        writer.add(name, shape(), longs());
      } else {
        writer.add(name, type, shape(), floats());
      }
    }

    void check(StoredTensor tensor) {
      assertThat(tensor.type()).isEqualTo(type);
      assertThat(tensor.shape()).isEqualTo(shape());
      if (type == DataType.I64) {
        assertThat(tensor.toLongs()).isEqualTo(longs());
        return;
      }
      float[] expected = floats();
      for (int i = 0; i < expected.length; i++) {
        if (type == DataType.F16) {
          expected[i] = HalfPrecision.float16ToFloat(HalfPrecision.floatToFloat16(expected[i]));
        } else if (type == DataType.BF16) {
          expected[i] = HalfPrecision.bfloat16ToFloat(HalfPrecision.floatToBfloat16(expected[i]));
        }
      }
      double[] wide = new double[expected.length];
      for (int i = 0; i < expected.length; i++) {
        wide[i] = expected[i];
      }
      assertThat(tensor.toFloats()).isEqualTo(expected);
      assertThat(tensor.toDoubles()).isEqualTo(wide);
    }
  }

  @Provide
  Arbitrary<Map<String, Written>> tensors() {
    Arbitrary<Written> written =
        Combinators.combine(
                Arbitraries.of(
                    DataType.F64, DataType.F32, DataType.F16, DataType.BF16, DataType.I64),
                Arbitraries.integers().between(0, 7),
                Arbitraries.integers().between(0, 9),
                Arbitraries.longs())
            .as(Written::new);
    Arbitrary<String> names = Arbitraries.strings().withChars("a.\"\\/名é\n ").ofMaxLength(6);
    return Arbitraries.maps(names, written).ofMaxSize(6);
  }

  private void write(Map<String, Written> tensors) {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach((name, written) -> written.addTo(writer, name));
    writer.write(path);
  }

  @Property(tries = 200)
  void whatIsWrittenReadsBackTheSame(@ForAll("tensors") Map<String, Written> tensors) {
    write(tensors);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.names()).isEqualTo(tensors.keySet());
      tensors.forEach((name, written) -> written.check(file.tensor(name)));
    }
  }

  @Property(tries = 100)
  void sameTensorsGiveSameBytesInAnyOrder(@ForAll("tensors") Map<String, Written> tensors)
      throws IOException {
    write(new TreeMap<>(tensors));
    byte[] first = Files.readAllBytes(path);
    write(new TreeMap<>(tensors).descendingMap());
    assertThat(Files.readAllBytes(path)).isEqualTo(first);
    assertThat(ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8).isZero();
  }

  @Property(tries = 20)
  void everyPrefixIsRefused(@ForAll("tensors") Map<String, Written> tensors) throws IOException {
    write(tensors);
    byte[] whole = Files.readAllBytes(path);
    int step = 1 + whole.length / 200;
    for (int length = whole.length - 1; length >= 0; length -= step) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SafetensorsFile.open(path))
          .as("prefix of %d of %d bytes", length, whole.length)
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(path + ": ");
    }
  }

  @Property(tries = 200)
  void aDamagedHeaderIsRefusedOrHarmless(
      @ForAll("tensors") Map<String, Written> tensors, @ForAll Random random) throws IOException {
    write(tensors);
    byte[] bytes = Files.readAllBytes(path);
    int headerBytes = 8 + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
    for (int i = 0; i < 3; i++) {
      bytes[random.nextInt(headerBytes)] = (byte) random.nextInt(256);
    }
    Files.write(path, bytes);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      for (String name : file.names()) {
        assertThat(file.tensor(name).toDoubles()).isNotNull();
      }
    } catch (DataException e) {
      assertThat(e).hasMessageStartingWith(path + ": ");
    }
  }

  @Test
  void narrowsDoublesToTheGoldenBits() throws URISyntaxException {
    Path golden =
        Path.of(getClass().getResource("/goldens/safetensors-format/dtypes.safetensors").toURI());
    try (SafetensorsFile file = SafetensorsFile.open(golden)) {
      double[] values = file.tensor("f64").toDoubles();
      SafetensorsWriter writer = new SafetensorsWriter();
      for (DataType type :
          new DataType[] {DataType.F64, DataType.F32, DataType.F16, DataType.BF16}) {
        writer.add(type.name().toLowerCase(Locale.ROOT), type, new Shape(12), values);
      }
      writer.metadata("format", "pt");
      writer.write(path);
      try (SafetensorsFile written = SafetensorsFile.open(path)) {
        for (String name : written.names()) {
          assertThat(written.tensor(name)).isEqualTo(file.tensor(name));
        }
        assertThat(written.metadata()).containsExactly(Map.entry("format", "pt"));
      }
    }
  }

  @Test
  void writesTheBytesOfTheFormat() throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.add("b", new Shape(2), new float[] {1, -2});
    writer.add("a", new Shape(), new int[] {-1});
    writer.write(path);
    String header =
        "{\"a\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}";
    header += " ".repeat((8 - header.length() % 8) % 8);
    assertThat(Files.readAllBytes(path))
        .isEqualTo(
            ByteBuffer.allocate(8 + header.length() + 16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length())
                .put(header.getBytes(UTF_8))
                .putLong(-1)
                .putFloat(1)
                .putFloat(-2)
                .array());
  }

  @Test
  void writesTensorsLargerThanItsBuffer() {
    float[] floats = new float[100_003];
    double[] doubles = new double[100_003];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = i;
      doubles[i] = i + 0.1;
    }
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.add("f", new Shape(floats.length), floats);
    writer.add("d", DataType.F64, new Shape(doubles.length), doubles);
    writer.add("half", DataType.BF16, new Shape(floats.length), floats);
    writer.write(path);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.tensor("f").toFloats()).isEqualTo(floats);
      assertThat(file.tensor("d").toDoubles()).isEqualTo(doubles);
      assertThat(file.tensor("d").toFloats()[100_002]).isEqualTo((float) 100_002.1);
      assertThat(file.tensor("half").toFloats()[100_002]).isEqualTo(99_840);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.TestBackends#all")
  void writesTensorsAsItWritesTheirElements(Backend backend) throws IOException {
    try (backend) {
      double[] values = new Random(1).doubles(20_011, -3, 3).toArray();
      Tensor tensor = backend.tensor(new Shape(values.length), values);
      SafetensorsWriter fromTensor = new SafetensorsWriter();
      SafetensorsWriter fromArray = new SafetensorsWriter();
      for (DataType type : DataType.values()) {
        if (type.isFloating()) {
          fromTensor.add(type.name(), type, tensor);
          fromArray.add(type.name(), type, tensor.shape(), tensor.toDoubles());
        }
      }
      fromTensor.write(path);
      byte[] written = Files.readAllBytes(path);
      fromArray.write(path);
      assertThat(written).isEqualTo(Files.readAllBytes(path));
      assertThatThrownBy(() -> fromTensor.add("w", DataType.I8, tensor))
          .hasMessage("SafetensorsWriter(w): expected F64, F32, F16 or BF16, got I8");
    }
  }

  @Test
  void writingATensorCopiesOnlyASmallPartOfItAtATime() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Backend backend = TestBackends.java()) {
      Tensor tensor = backend.zeros(new Shape(3_000_000));
      long before = threads.getCurrentThreadAllocatedBytes();
      SafetensorsWriter writer = new SafetensorsWriter();
      for (DataType type : new DataType[] {DataType.F64, DataType.F32, DataType.BF16}) {
        writer.add(type.name(), type, tensor);
      }
      writer.write(path);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(allocated).isLessThan((long) tensor.size() * Float.BYTES / 4);
    }
  }

  @Test
  void refusesWrongSizesTypesAndNames() {
    SafetensorsWriter writer = new SafetensorsWriter();
    assertThatThrownBy(() -> writer.add("w", new Shape(2, 2), new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("SafetensorsWriter(w): expected 4 values for [2, 2], got 3");
    assertThatThrownBy(() -> writer.add("w", DataType.I64, new Shape(1), new float[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("SafetensorsWriter(w): expected F64, F32, F16 or BF16, got I64");
    writer.add("w", new Shape(1), new float[1]);
    assertThatThrownBy(() -> writer.add("w", new Shape(1), new long[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("SafetensorsWriter: expected a new tensor name, got \"w\" again");
    assertThatThrownBy(() -> writer.add("__metadata__", new Shape(1), new float[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("SafetensorsWriter: expected a new tensor name, got \"__metadata__\" again");
  }
}
