package dev.r3.tensor.nd4j;

import dev.r3.tensor.Storage;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The first {@code size} elements of an array that one scope owns. */
final class Nd4jStorage implements Storage {
  private final int size;
  private Scope owner;
  private @Nullable INDArray array; // null once its owner took it back

  Nd4jStorage(Scope owner, INDArray array, int size) {
    this.owner = owner;
    this.array = array;
    this.size = size;
  }

  Scope owner() {
    return owner;
  }

  DataType type() {
    return owner.type();
  }

  /** The elements under a shape; readable until the owner closes. */
  INDArray view(long... shape) {
    return Ops.view(array(), 0, shape);
  }

  void moveTo(Scope newOwner) {
    owner = newOwner;
  }

  /** Ends the life of the storage and returns its array. */
  INDArray detach() {
    INDArray detached = array();
    array = null;
    return detached;
  }

  @Override
  public void copyTo(int start, int count, float[] target) {
    Ops.read(array(), start, count, target);
  }

  @Override
  public void copyTo(int start, int count, double[] target) {
    Ops.read(array(), start, count, target);
  }

  /** The whole array, which may be longer than the storage. */
  INDArray array() {
    if (array == null) {
      throw new IllegalStateException(
          "Nd4jBackend: expected a tensor of an open scope, got one whose scope is closed or which"
              + " was recycled; copy results out before the pass closes");
    }
    return array;
  }
}
