package dev.r3.tensor.nd4j;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.blas.params.MMulTranspose;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastAddOp;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastMulOp;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastSubOp;
import org.nd4j.linalg.api.ops.impl.reduce.Mmul;
import org.nd4j.linalg.api.ops.impl.reduce.same.Max;
import org.nd4j.linalg.api.ops.impl.reduce.same.Sum;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarAdd;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMax;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarReverseSubtraction;
import org.nd4j.linalg.api.ops.impl.scatter.ScatterAdd;
import org.nd4j.linalg.api.ops.impl.shape.Gather;
import org.nd4j.linalg.api.ops.impl.transforms.comparison.CompareAndReplace;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.AddOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.DivOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.MulOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.SubOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Condition;

/**
 * The ND4J operations that the kernels are made of, each writing into an array that it is given.
 * Every one was compared with plain loops.
 *
 * <p>ND4J 1.0.0-M2.1 has others that are not fit for use: gelu is x sigmoid(1.702 x), layer_norm
 * has no epsilon, softmax of doubles below about -745 is NaN, a sum of floats is added up in float
 * (4 % off for ten million), softplus overflows, gather does not check its indices, and a vector of
 * length 1 assigned to a longer one sets only its first element.
 */
final class Ops {
  private Ops() {}

  /** The elements of {@code array} from {@code offset} on under a row-major shape. */
  static INDArray view(INDArray array, long offset, long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return Nd4j.create(array.data(), shape, strides, offset, 'c');
  }

  // ---- host and device

  /** Copies elements {@code start} to {@code start + count - 1} out. */
  static void read(INDArray array, int start, int count, float[] target) {
    Nd4j.getExecutioner().commit();
    DataBuffer data = array.data();
    if (data.dataType() == DataType.FLOAT) {
      data.asNioFloat().position(start).get(target, 0, count);
      return;
    }
    DoubleBuffer values = data.asNioDouble().position(start);
    for (int i = 0; i < count; i++) {
      target[i] = (float) values.get();
    }
  }

  /** Copies elements {@code start} to {@code start + count - 1} out. */
  static void read(INDArray array, int start, int count, double[] target) {
    Nd4j.getExecutioner().commit();
    DataBuffer data = array.data();
    if (data.dataType() == DataType.DOUBLE) {
      data.asNioDouble().position(start).get(target, 0, count);
      return;
    }
    FloatBuffer values = data.asNioFloat().position(start);
    for (int i = 0; i < count; i++) {
      target[i] = values.get();
    }
  }

  // ---- elementwise; out may be x or y

  static void run(Op op) {
    INDArray unused = Nd4j.getExecutioner().exec(op);
  }

  /** out = x, converted to the type of out. */
  static void copy(INDArray x, INDArray out) {
    INDArray unused = out.assign(x);
  }

  static void fill(INDArray out, double value) {
    INDArray unused = out.assign(value);
  }

  static void add(INDArray x, INDArray y, INDArray out) {
    INDArray[] unused = Nd4j.exec(new AddOp(x, y, out));
  }

  static void subtract(INDArray x, INDArray y, INDArray out) {
    INDArray[] unused = Nd4j.exec(new SubOp(x, y, out));
  }

  static void multiply(INDArray x, INDArray y, INDArray out) {
    INDArray[] unused = Nd4j.exec(new MulOp(x, y, out));
  }

  static void divide(INDArray x, INDArray y, INDArray out) {
    INDArray[] unused = Nd4j.exec(new DivOp(x, y, out));
  }

  static void add(INDArray x, double value, INDArray out) {
    run(new ScalarAdd(x, null, out, value));
  }

  static void multiply(INDArray x, double factor, INDArray out) {
    run(new ScalarMultiplication(x, null, out, factor));
  }

  /** out = value - x. */
  static void subtractFrom(double value, INDArray x, INDArray out) {
    run(new ScalarReverseSubtraction(x, null, out, value));
  }

  static void max(INDArray x, double least, INDArray out) {
    run(new ScalarMax(x, null, out, least));
  }

  /** out = y where x meets the condition, else x. */
  static void replace(INDArray x, Condition condition, INDArray y, INDArray out) {
    run(new CompareAndReplace(x, y, out, condition));
  }

  // ---- between a matrix [rows, columns] and a vector

  /** Adds {@code row} [columns] to every row. */
  static void addRow(INDArray x, INDArray row, INDArray out) {
    run(new BroadcastAddOp(x, row, out, 1));
  }

  /** Multiplies every row by {@code row} [columns], element by element. */
  static void multiplyByRow(INDArray x, INDArray row, INDArray out) {
    run(new BroadcastMulOp(x, row, out, 1));
  }

  /** Subtracts column[i] from every element of row i. */
  static void subtractColumn(INDArray x, INDArray column, INDArray out) {
    run(new BroadcastSubOp(x, column, out, 0));
  }

  /** Multiplies every element of row i by column[i]. */
  static void multiplyByColumn(INDArray x, INDArray column, INDArray out) {
    run(new BroadcastMulOp(x, column, out, 0));
  }

  /** out [rows] = the sum of each row. */
  static void sumOfEachRow(INDArray x, INDArray out) {
    run(new Sum(x, out, false, 1));
  }

  /** out [columns] = the sum of the rows. */
  static void sumOfRows(INDArray x, INDArray out) {
    run(new Sum(x, out, false, 0));
  }

  /** out [rows] = the greatest element of each row. */
  static void maxOfEachRow(INDArray x, INDArray out) {
    run(new Max(x, out, false, 1));
  }

  // ---- rows and matrices

  /** out [n, columns] = the rows of {@code table} that {@code rows} [n] names, all inside it. */
  static void gather(INDArray table, INDArray rows, INDArray out) {
    Gather gather = new Gather(table, rows, 0);
    gather.addOutputArgument(out);
    INDArray[] unused = Nd4j.exec(gather);
  }

  /** target[rows[i], :] += values[i, :]. Only with its lock do repeated rows all count. */
  static void scatterAdd(INDArray target, INDArray rows, INDArray values) {
    ScatterAdd scatter = new ScatterAdd(target, rows, values);
    scatter.addOutputArgument(target);
    scatter.addBArgument(true);
    INDArray[] unused = Nd4j.exec(scatter);
  }

  /** out = op(a) op(b), for two matrices or for each pair of two equally long stacks of them. */
  static void matMul(INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out) {
    MMulTranspose transposes =
        MMulTranspose.builder()
            .transposeA(transposeA)
            .transposeB(transposeB)
            .transposeResult(false)
            .build();
    INDArray[] unused = Nd4j.exec(new Mmul(a, b, out, 1.0, 0.0, transposes));
  }
}
