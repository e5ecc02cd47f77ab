package dev.r3.transformer.checkpoint;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.WeightFormat;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.StoredTensor;
import dev.r3.tensor.io.TensorStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * The tensors of a checkpoint, from which an architecture takes its parameters one by one.
 *
 * <p>Names are those of Hugging Face's bare model: a prefix such as {@code bert.} is dropped, and
 * the old {@code LayerNorm.gamma} and {@code LayerNorm.beta} read as weight and bias.
 */
public final class Weights {
  private final String where;
  private final TensorStore store;
  private final Backend root;
  private final LoadOptions options;
  private final Map<String, String> storedNames = new HashMap<>(); // our name -> the checkpoint's
  private final List<Parameter> taken = new ArrayList<>();
  private final long bytes; // of all tensors
  private final boolean trainable; // a model trains as a whole or not at all
  private long bytesTaken;
  private final CRC32C storedBytes = new CRC32C(); // of what has been taken and does not train

  /** {@link #Weights(String, TensorStore, String, Backend, LoadOptions)} for training. */
  public Weights(String where, TensorStore store, String prefix, Backend root) {
    this(where, store, prefix, root, LoadOptions.training());
  }

  /**
   * @param where the checkpoint's path, for messages
   * @param prefix of the encoder's names in some checkpoints, for instance {@code bert.}
   * @param root the backend on which parameters live
   */
  public Weights(
      String where, TensorStore store, String prefix, Backend root, LoadOptions options) {
    this.where = where;
    this.store = store;
    this.root = root;
    this.options = options;
    List<StoredTensor> all = store.names().stream().map(store::tensor).toList();
    bytes = all.stream().mapToLong(Weights::bytes).sum();
    trainable = all.stream().allMatch(tensor -> format(tensor) == WeightFormat.FULL);
    storedBytes.update(options.precision().ordinal());
    for (String stored : store.names()) {
      String name = stored.startsWith(prefix) ? stored.substring(prefix.length()) : stored;
      name =
          name.replaceAll("\\.LayerNorm\\.gamma$", ".LayerNorm.weight")
              .replaceAll("\\.LayerNorm\\.beta$", ".LayerNorm.bias");
      String other = storedNames.putIfAbsent(name, stored);
      if (other != null) {
        throw new DataException(
            where + ": expected one tensor for " + name + ", got " + other + " and " + stored);
      }
    }
  }

  /** The backend on which parameters live. */
  public Backend root() {
    return root;
  }

  public boolean has(String name) {
    return storedNames.containsKey(name);
  }

  /**
   * The parameter of that name.
   *
   * @param axes the shape that the configuration calls for
   * @throws DataException when it is missing, has another shape or is not of a floating-point type
   */
  public Parameter take(String name, int... axes) {
    String stored = storedNames.get(name);
    if (stored == null) {
      throw new DataException(
          where
              + ": expected a tensor "
              + name
              + " "
              + new Shape(axes)
              + ", got none of that name");
    }
    StoredTensor tensor = store.tensor(stored);
    Shape shape = new Shape(axes);
    if (!tensor.shape().equals(shape)) {
      throw new DataException(
          where
              + ": expected "
              + stored
              + " of shape "
              + shape
              + " as config.json says, got "
              + tensor.shape());
    }
    if (!tensor.type().isFloating()) {
      throw new DataException(
          where + ": expected floating-point values in " + stored + ", got " + tensor.type());
    }
    Parameter parameter = add(name, value(tensor));
    if (!trainable) {
      storedBytes.update(tensor.data());
    }
    bytesTaken += bytes(tensor);
    options.listener().loaded(bytesTaken, bytes);
    return parameter;
  }

  private Tensor value(StoredTensor tensor) {
    return isMatrix(tensor)
        ? root.weight(tensor.shape(), format(tensor), tensor::read)
        : root.tensor(tensor.shape(), tensor.toFloats());
  }

  private WeightFormat format(StoredTensor tensor) {
    return isMatrix(tensor) ? options.precision().format(tensor.type()) : WeightFormat.FULL;
  }

  private static boolean isMatrix(StoredTensor tensor) {
    return tensor.shape().rank() == 2;
  }

  private static long bytes(StoredTensor tensor) {
    return (long) tensor.shape().size() * tensor.type().bytes();
  }

  /** The parameter of that name, or a fresh one where the checkpoint has none. */
  public Parameter takeOrCreate(String name, Supplier<float[]> fresh, int... axes) {
    return has(name) ? take(name, axes) : add(name, root.tensor(new Shape(axes), fresh.get()));
  }

  private Parameter add(String name, Tensor value) {
    Parameter parameter = new Parameter(name, root, value);
    parameter.setTrainable(trainable);
    taken.add(parameter);
    return parameter;
  }

  /** What has been taken so far, in order. */
  public List<Parameter> taken() {
    return Collections.unmodifiableList(taken);
  }

  /**
   * A checksum of what has been taken, as it is stored and held: for models that do not train, of
   * which it never changes; empty for others.
   */
  public OptionalLong checksum() {
    return trainable ? OptionalLong.empty() : OptionalLong.of(storedBytes.getValue());
  }

  /** Names of the checkpoint that nothing has taken. */
  public Set<String> unused() {
    Set<String> names = new TreeSet<>(storedNames.keySet());
    for (Parameter parameter : taken) {
      names.remove(parameter.name());
    }
    return names;
  }
}
