package dev.r3.tensor.io;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Named tensors of a checkpoint, in one file or several. A tensor is read when it is asked for and
 * stays readable after the store is closed.
 */
public interface TensorStore extends AutoCloseable {
  /** File of a checkpoint that has a single one. */
  String SINGLE_FILE = "model.safetensors";

  /** File that says which shard of a checkpoint holds which tensor. */
  String INDEX_FILE = "model.safetensors.index.json";

  /** Names of all tensors, sorted. */
  Set<String> names();

  /**
   * @throws DataException if there is no such tensor
   * @throws IllegalStateException if the store is closed
   */
  StoredTensor tensor(String name);

  /** Free text that came with the tensors. */
  Map<String, String> metadata();

  @Override
  void close();

  /**
   * Opens a safetensors file, or a checkpoint's folder: its {@link #INDEX_FILE} where there is one,
   * else its {@link #SINGLE_FILE}.
   *
   * @throws DataException if a file breaks a rule of the format, or the folder has neither file
   */
  static TensorStore open(Path fileOrFolder) {
    if (!Files.isDirectory(fileOrFolder)) {
      return SafetensorsFile.open(fileOrFolder);
    }
    if (Files.exists(fileOrFolder.resolve(INDEX_FILE))) {
      return ShardedSafetensors.open(fileOrFolder);
    }
    if (Files.exists(fileOrFolder.resolve(SINGLE_FILE))) {
      return SafetensorsFile.open(fileOrFolder.resolve(SINGLE_FILE));
    }
    throw new DataException(
        fileOrFolder + ": expected a " + SINGLE_FILE + " or a " + INDEX_FILE + ", got neither");
  }
}
