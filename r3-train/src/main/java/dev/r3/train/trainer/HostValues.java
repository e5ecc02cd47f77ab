package dev.r3.train.trainer;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Precision;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.io.DataType;
import dev.r3.tensor.io.SafetensorsWriter;
import dev.r3.tensor.io.StoredTensor;

/** The elements of a tensor on the heap, in the precision of its backend: nothing is lost. */
sealed interface HostValues {
  /** A copy of a tensor's elements. */
  static HostValues of(Backend backend, Tensor tensor) {
    return backend.precision() == Precision.FLOAT64
        ? new Doubles(tensor.toDoubles())
        : new Floats(tensor.toFloats());
  }

  /** The elements of a stored tensor, whose type must be the backend's own. */
  static HostValues of(Backend backend, StoredTensor stored) {
    DataType own = type(backend);
    if (stored.type() != own) {
      throw new IllegalArgumentException(
          "expected " + own + " for tensor \"" + stored.name() + "\", got " + stored.type());
    }
    return own == DataType.F64 ? new Doubles(stored.toDoubles()) : new Floats(stored.toFloats());
  }

  /** How a file holds tensors of the backend: in the backend's own precision. */
  static DataType type(Backend backend) {
    return backend.precision() == Precision.FLOAT64 ? DataType.F64 : DataType.F32;
  }

  /** Takes over the elements of another tensor of the same size, in the memory at hand. */
  void replaceBy(Tensor tensor);

  /** A new tensor with these elements. */
  Tensor tensor(Backend backend, Shape shape);

  /** Replaces the elements of a tensor. */
  void assignTo(Backend backend, Tensor target);

  void addTo(SafetensorsWriter writer, String name, Shape shape);

  /** Of a backend in single precision. */
  record Floats(float[] values) implements HostValues {
    @Override
    public void replaceBy(Tensor tensor) {
      tensor.read(0, values.length, values);
    }

    @Override
    public Tensor tensor(Backend backend, Shape shape) {
      return backend.tensor(shape, values);
    }

    @Override
    public void assignTo(Backend backend, Tensor target) {
      backend.assign(target, values);
    }

    @Override
    public void addTo(SafetensorsWriter writer, String name, Shape shape) {
      writer.add(name, DataType.F32, shape, values);
    }
  }

  /** Of a backend in double precision. */
  record Doubles(double[] values) implements HostValues {
    @Override
    public void replaceBy(Tensor tensor) {
      tensor.read(0, values.length, values);
    }

    @Override
    public Tensor tensor(Backend backend, Shape shape) {
      return backend.tensor(shape, values);
    }

    @Override
    public void assignTo(Backend backend, Tensor target) {
      backend.combine(target, 0, tensor(backend, target.shape()), 1);
    }

    @Override
    public void addTo(SafetensorsWriter writer, String name, Shape shape) {
      writer.add(name, DataType.F64, shape, values);
    }
  }
}
