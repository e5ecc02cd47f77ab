package dev.r3.tensor.nd4j;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The temporary arrays of one kernel, given back together when it returns. */
final class Scratch implements AutoCloseable {
  private final Memory memory;
  private final DataType type;
  private final boolean shared;
  private final List<INDArray> borrowed = new ArrayList<>();
  private final List<INDArray> copied = new ArrayList<>();

  /**
   * @param shared whether other threads may borrow from {@code memory}
   */
  Scratch(Memory memory, DataType type, boolean shared) {
    this.memory = memory;
    this.type = type;
    this.shared = shared;
  }

  /** Room for a part of the kernel, to be given back before the kernel returns. */
  Scratch part() {
    return new Scratch(memory, type, shared);
  }

  /** An array of the backend's precision with arbitrary contents. */
  INDArray array(long... shape) {
    return array(type, shape);
  }

  INDArray doubles(long... shape) {
    return array(DataType.DOUBLE, shape);
  }

  INDArray like(INDArray x) {
    return array(x.dataType(), x.shape());
  }

  /** A copy of row indices on the device. */
  INDArray indices(int[] values) {
    INDArray indices = Nd4j.createFromArray(values);
    copied.add(indices);
    return indices;
  }

  /** A copy of the values on the device, in the type of the values. */
  INDArray copy(float[] values) {
    INDArray copy = Nd4j.createFromArray(values);
    copied.add(copy);
    return copy;
  }

  /** A copy of the values on the device, in the type of the values. */
  INDArray copy(double[] values) {
    INDArray copy = Nd4j.createFromArray(values);
    copied.add(copy);
    return copy;
  }

  private INDArray array(DataType wanted, long... shape) {
    long length = 1;
    for (long axis : shape) {
      length *= axis;
    }
    INDArray array = memory.acquire(wanted, length);
    borrowed.add(array);
    return Ops.view(array, 0, shape);
  }

  @Override
  public void close() {
    if (shared) {
      Nd4j.getExecutioner().commit(); // until the device has read them
    }
    borrowed.forEach(memory::release);
    copied.forEach(INDArray::close);
  }
}
