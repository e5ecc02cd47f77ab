package dev.r3.tensor.java;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;

/**
 * Used arrays waiting for their next use, by size class: fresh memory costs page faults and zeroing
 * that a kernel's own work does not. Safe for many threads.
 */
final class FloatPool {
  private static final int CLASSES = 4 * 32;

  private final ArrayDeque<SoftReference<float[]>>[] free; // given up rather than run out of heap
  private final long limit; // floats kept at most
  private long kept;

  /**
   * @param limit floats kept at most; what comes back beyond that is left to the garbage collector
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  FloatPool(long limit) {
    this.limit = limit;
    free = new ArrayDeque[CLASSES];
    for (int i = 0; i < CLASSES; i++) {
      free[i] = new ArrayDeque<>();
    }
  }

  /** An array of at least {@code size} floats with arbitrary content. */
  float[] acquire(int size) {
    int sizeClass = sizeClass(size);
    synchronized (this) {
      SoftReference<float[]> last = free[sizeClass].pollLast();
      while (last != null) {
        kept -= capacity(sizeClass);
        float[] array = last.get();
        if (array != null) {
          return array;
        }
        last = free[sizeClass].pollLast();
      }
    }
    return new float[capacity(sizeClass)];
  }

  /** Takes back an array that {@link #acquire} made and that nobody reads any more. */
  void release(float[] array) {
    synchronized (this) {
      if (kept + array.length > limit) {
        forgetCollected();
      }
      if (kept + array.length <= limit) {
        kept += array.length;
        free[sizeClass(array.length)].addLast(new SoftReference<>(array));
      }
    }
  }

  private void forgetCollected() {
    for (int sizeClass = 0; sizeClass < CLASSES; sizeClass++) {
      int capacity = capacity(sizeClass);
      free[sizeClass].removeIf(
          reference -> {
            boolean collected = reference.get() == null;
            kept -= collected ? capacity : 0;
            return collected;
          });
    }
  }

  /** Floats that wait here. */
  synchronized long kept() {
    return kept;
  }

  /** Four classes an octave, so that at most a fifth of an array is unused. */
  private static int sizeClass(int size) {
    if (size <= 64) {
      return 0;
    }
    int octave = 31 - Integer.numberOfLeadingZeros(size - 1); // 2^octave < size <= 2^(octave + 1)
    int quarter = (size - 1 - (1 << octave)) >>> (octave - 2);
    return (octave - 6) * 4 + quarter + 1;
  }

  private static int capacity(int sizeClass) {
    if (sizeClass == 0) {
      return 64;
    }
    int octave = (sizeClass - 1) / 4 + 6;
    long capacity = (1L << octave) + ((sizeClass - 1) % 4 + 1L << (octave - 2));
    return (int) Math.min(capacity, Integer.MAX_VALUE - 8);
  }
}
