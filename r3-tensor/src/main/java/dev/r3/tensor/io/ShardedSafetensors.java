package dev.r3.tensor.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A checkpoint split over several safetensors files beside an index of who holds what. */
public final class ShardedSafetensors implements TensorStore {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path index;
  private final Map<String, SafetensorsFile> shards = new TreeMap<>();
  private final Map<String, SafetensorsFile> shardOfTensor = new TreeMap<>();

  private ShardedSafetensors(Path index) {
    this.index = index;
  }

  /**
   * Opens the folder's {@link TensorStore#INDEX_FILE} and all shards.
   *
   * @throws DataException if a shard or a tensor is missing, a shard lies outside the folder, or a
   *     file breaks a rule of the format
   * @throws UncheckedIOException if the index cannot be read
   */
  public static ShardedSafetensors open(Path folder) {
    ShardedSafetensors store = new ShardedSafetensors(folder.resolve(INDEX_FILE));
    try {
      for (Map.Entry<String, JsonNode> entry : store.weightMap().properties()) {
        store.addTensor(entry.getKey(), entry.getValue());
      }
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
    return store;
  }

  private JsonNode weightMap() {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readString(index));
    } catch (JsonProcessingException e) {
      throw new DataException(
          index + ": expected valid JSON, got a fault: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(index + ": expected a readable index, got " + e, e);
    }
    JsonNode map = root.path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new DataException(
          index + ": expected an object \"weight_map\" from tensor to shard, got none");
    }
    return map;
  }

  private void addTensor(String tensor, JsonNode value) {
    String name = value.textValue();
    // An index comes from strangers: it must not make us read files elsewhere.
    if (name == null || !name.endsWith(".safetensors") || name.matches("(?s).*[/\\\\:\\x00].*")) {
      throw new DataException(
          index
              + ": tensor \""
              + tensor
              + "\": expected the name of a .safetensors file in the same folder, got "
              + value);
    }
    SafetensorsFile shard = shards.get(name);
    if (shard == null) {
      Path file = index.resolveSibling(name);
      if (!Files.exists(file)) {
        throw new DataException(
            index
                + ": tensor \""
                + tensor
                + "\": expected the shard "
                + file
                + ", got no such file");
      }
      shard = SafetensorsFile.open(file);
      shards.put(name, shard);
    }
    if (!shard.names().contains(tensor)) {
      throw new DataException(
          index + ": tensor \"" + tensor + "\": expected it in shard " + name + ", got none there");
    }
    shardOfTensor.put(tensor, shard);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(shardOfTensor.keySet());
  }

  @Override
  public StoredTensor tensor(String name) {
    SafetensorsFile shard = shardOfTensor.get(name);
    if (shard == null) {
      throw new DataException(
          index + ": expected a tensor \"" + name + "\", got none of that name");
    }
    return shard.tensor(name);
  }

  /** The metadata of all shards; where they differ, the shard first by name counts. */
  @Override
  public Map<String, String> metadata() {
    Map<String, String> all = new TreeMap<>();
    for (SafetensorsFile shard : shards.values()) {
      shard.metadata().forEach(all::putIfAbsent);
    }
    return Collections.unmodifiableMap(all);
  }

  @Override
  public void close() {
    shards.values().forEach(SafetensorsFile::close);
  }
}
