package dev.r3.tensor.java;

import dev.r3.tensor.Storage;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a tensor of the Java backend, and for long-lived ones their packed copies.
 *
 * <p>The array may be longer than the tensor. It goes back to the pool when the scope closes; from
 * then on every use is an error.
 */
final class FloatStorage implements Storage {
  private final int size;
  private float @Nullable [] data;
  private JavaBackend owner;
  private volatile @Nullable Panels upright;
  private volatile @Nullable Panels transposed;

  FloatStorage(JavaBackend owner, float[] data, int size) {
    this.owner = owner;
    this.data = data;
    this.size = size;
  }

  int size() {
    return size;
  }

  JavaBackend owner() {
    return owner;
  }

  void moveTo(JavaBackend other) {
    owner = other;
  }

  float[] data() {
    float[] present = data;
    if (present == null) {
      throw new IllegalStateException(
          "Tensor: expected a tensor of an open pass, got one used after its pass closed; copy"
              + " results out before closing");
    }
    return present;
  }

  /** Gives the array up; null when that happened before. */
  float @Nullable [] surrender() {
    float[] present = data;
    data = null;
    return present;
  }

  /** Packed panels are wrong from now on: the elements are about to change. */
  void invalidate() {
    Panels kept = upright;
    if (kept != null) {
      kept.invalidate();
    }
    kept = transposed;
    if (kept != null) {
      kept.invalidate();
    }
  }

  /** The packed copy for gemm's right side, made at the first use and after every change. */
  Panels panels(Gemm gemm, int depth, int columns, boolean transpose) {
    Panels present = transpose ? transposed : upright;
    if (present != null && present.isValid() && present.fits(depth, columns)) {
      return present;
    }
    synchronized (this) { // several threads may meet a new weight at once
      present = transpose ? transposed : upright;
      if (present == null || !present.fits(depth, columns)) {
        present = new Panels(new float[gemm.packedSize(depth, columns)], depth, columns);
        if (transpose) {
          transposed = present;
        } else {
          upright = present;
        }
      }
      if (!present.isValid()) {
        Matrix matrix =
            transpose
                ? new Matrix(data(), 0, 1, depth) // stored [columns, depth]
                : new Matrix(data(), 0, columns, 1);
        gemm.packAll(matrix, present);
      }
      return present;
    }
  }

  @Override
  public void copyTo(float[] target) {
    System.arraycopy(data(), 0, target, 0, size);
  }

  @Override
  public void copyTo(double[] target) {
    float[] source = data();
    for (int i = 0; i < size; i++) {
      target[i] = source[i];
    }
  }
}
