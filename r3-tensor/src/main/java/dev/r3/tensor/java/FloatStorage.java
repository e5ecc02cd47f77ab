package dev.r3.tensor.java;

import dev.r3.tensor.Storage;
import java.lang.ref.SoftReference;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a tensor of the Java backend, and for long-lived ones a packed copy, which is
 * given up rather than run out of heap: a model that is not in use does without.
 *
 * <p>The array may be longer than the tensor. It goes back to the pool when the scope closes; from
 * then on every use is an error.
 */
final class FloatStorage implements Storage {
  private final int size;
  private float @Nullable [] data;
  private JavaBackend owner;
  private volatile SoftReference<Panels> packed = new SoftReference<>(null);

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
    Panels kept = packed.get();
    if (kept != null) {
      kept.invalidate();
    }
  }

  /** The packed copy of the transpose [depth, columns] if there is a valid one. */
  @Nullable Panels keptPanels(int depth, int columns) {
    Panels kept = packed.get();
    return kept != null && kept.isValid() && kept.fits(depth, columns) ? kept : null;
  }

  /** The packed copy of the transpose [depth, columns], made at the first use and after changes. */
  Panels panels(Gemm gemm, int depth, int columns) {
    Panels kept = keptPanels(depth, columns);
    if (kept != null) {
      return kept;
    }
    synchronized (this) { // several threads may meet a new weight at once
      kept = packed.get();
      if (kept == null || !kept.fits(depth, columns)) {
        kept = new Panels(new float[gemm.packedSize(depth, columns)], depth, columns);
        packed = new SoftReference<>(kept);
      }
      if (!kept.isValid()) {
        gemm.packAll(Matrix.dense(data(), depth).transposed(), kept);
      }
      return kept;
    }
  }

  @Override
  public void copyTo(int start, int count, float[] target) {
    System.arraycopy(data(), start, target, 0, count);
  }

  @Override
  public void copyTo(int start, int count, double[] target) {
    float[] source = data();
    for (int i = 0; i < count; i++) {
      target[i] = source[start + i];
    }
  }
}
