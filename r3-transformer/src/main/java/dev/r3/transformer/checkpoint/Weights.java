package dev.r3.transformer.checkpoint;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Shape;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.StoredTensor;
import dev.r3.tensor.io.TensorStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

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
  private final Map<String, String> storedNames = new HashMap<>(); // our name -> the checkpoint's
  private final List<Parameter> taken = new ArrayList<>();

  /**
   * @param where the checkpoint's path, for messages
   * @param prefix of the encoder's names in some checkpoints, for instance {@code bert.}
   * @param root the backend on which parameters live
   */
  public Weights(String where, TensorStore store, String prefix, Backend root) {
    this.where = where;
    this.store = store;
    this.root = root;
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
    return add(name, shape, tensor.toFloats());
  }

  /** The parameter of that name, or a fresh one where the checkpoint has none. */
  public Parameter takeOrCreate(String name, Supplier<float[]> fresh, int... axes) {
    return has(name) ? take(name, axes) : add(name, new Shape(axes), fresh.get());
  }

  private Parameter add(String name, Shape shape, float[] values) {
    Parameter parameter = new Parameter(name, root, root.tensor(shape, values));
    taken.add(parameter);
    return parameter;
  }

  /** What has been taken so far, in order. */
  public List<Parameter> taken() {
    return Collections.unmodifiableList(taken);
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
