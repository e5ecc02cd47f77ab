package dev.r3.transformer.tokenizer;

import java.util.Arrays;

/** A growing list of ints. */
final class IntList {
  private int[] values = new int[64];
  private int size;

  void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  int size() {
    return size;
  }

  /** Forgets all after the first {@code newSize}. */
  void truncate(int newSize) {
    size = newSize;
  }

  /** Copies the first {@code count} values. */
  void copyTo(int[] target, int at, int count) {
    System.arraycopy(values, 0, target, at, count);
  }

  int[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
