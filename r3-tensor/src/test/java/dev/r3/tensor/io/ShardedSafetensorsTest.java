package dev.r3.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedSafetensorsTest {
  @TempDir private Path outside;
  private Path folder;

  @BeforeEach
  void writeAShardInsideAndOneOutside() throws IOException {
    folder = Files.createDirectory(outside.resolve("model"));
    for (Path file :
        new Path[] {folder.resolve("a.safetensors"), outside.resolve("a.safetensors")}) {
      SafetensorsWriter writer = new SafetensorsWriter();
      writer.add("w", new Shape(1), new float[] {1});
      writer.write(file);
    }
  }

  private void index(String json) throws IOException {
    Files.writeString(folder.resolve(TensorStore.INDEX_FILE), json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"../a.safetensors\"",
        "\"/a.safetensors\"",
        "\"sub/a.safetensors\"",
        "\"..\\\\a.safetensors\"",
        "\"C:a.safetensors\"",
        "\"a.safetensors\\u0000\"",
        "\"..\"",
        "\"\"",
        "\"a.bin\"",
        "1",
        "null",
      })
  void refusesShardsThatAreNotFilesBesideTheIndex(String shard) throws IOException {
    index("{\"weight_map\": {\"w\": " + shard + "}}");
    assertThatThrownBy(() -> ShardedSafetensors.open(folder))
        .isInstanceOf(DataException.class)
        .hasMessage(
            folder.resolve(TensorStore.INDEX_FILE)
                + ": tensor \"w\": expected the name of a .safetensors file in the same folder, got "
                + shard);
  }

  @Test
  void namesAMissingShardAndAMissingTensor() throws IOException {
    Path index = folder.resolve(TensorStore.INDEX_FILE);
    index("{\"weight_map\": {\"w\": \"b.safetensors\"}}");
    assertThatThrownBy(() -> ShardedSafetensors.open(folder))
        .isInstanceOf(DataException.class)
        .hasMessage(
            index
                + ": tensor \"w\": expected the shard "
                + folder.resolve("b.safetensors")
                + ", got no such file");
    index("{\"weight_map\": {\"w\": \"a.safetensors\", \"v\": \"a.safetensors\"}}");
    assertThatThrownBy(() -> ShardedSafetensors.open(folder))
        .isInstanceOf(DataException.class)
        .hasMessage(index + ": tensor \"v\": expected it in shard a.safetensors, got none there");
    index("{\"weight_map\": {\"w\": \"a.safetensors\"}}");
    try (ShardedSafetensors store = ShardedSafetensors.open(folder)) {
      assertThat(store.tensor("w").toFloats()).containsExactly(1);
      assertThatThrownBy(() -> store.tensor("v"))
          .isInstanceOf(DataException.class)
          .hasMessage(index + ": expected a tensor \"v\", got none of that name");
    }
  }

  @Test
  void refusesABrokenIndex() throws IOException {
    Path index = folder.resolve(TensorStore.INDEX_FILE);
    assertThatThrownBy(() -> ShardedSafetensors.open(folder))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith(index + ": expected a readable index, got ");
    for (String json :
        new String[] {"", "[]", "{}", "{\"weight_map\": {}}", "{\"weight_map\": 1}"}) {
      index(json);
      assertThatThrownBy(() -> ShardedSafetensors.open(folder))
          .isInstanceOf(DataException.class)
          .hasMessage(index + ": expected an object \"weight_map\" from tensor to shard, got none");
    }
    index("{\"weight_map\": {\"w\": \"a.safetensors\", \"w\": \"b.safetensors\"}}");
    assertThatThrownBy(() -> ShardedSafetensors.open(folder))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(index + ": expected valid JSON, got a fault: Duplicate field 'w'");
  }

  @Test
  void opensTheSingleFileOfAFolderWithoutAnIndex() throws IOException {
    assertThatThrownBy(() -> TensorStore.open(folder))
        .isInstanceOf(DataException.class)
        .hasMessage(
            folder
                + ": expected a model.safetensors or a model.safetensors.index.json, got neither");
    Files.move(folder.resolve("a.safetensors"), folder.resolve(TensorStore.SINGLE_FILE));
    try (TensorStore store = TensorStore.open(folder)) {
      assertThat(store).isInstanceOf(SafetensorsFile.class);
      assertThat(store.names()).containsExactly("w");
    }
  }
}
