package dev.r3.tensor;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where each sequence of a packed batch begins and ends. A batch of texts is one [tokens, hidden]
 * matrix without padding; sequence {@code i} owns the rows {@code start(i)} to {@code end(i) - 1}.
 */
public final class Sequences {
  private final int[] offsets; // [count + 1], offsets[0] = 0

  private Sequences(int[] offsets) {
    this.offsets = offsets;
  }

  /**
   * @param lengths tokens of each sequence, each at least 1
   */
  public static Sequences ofLengths(int... lengths) {
    int[] offsets = new int[lengths.length + 1];
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] < 1) {
        throw new IllegalArgumentException(
            "Sequences: expected lengths of at least 1, got "
                + lengths[i]
                + " for sequence "
                + i
                + "; an empty text still has its special tokens");
      }
      offsets[i + 1] = Math.addExact(offsets[i], lengths[i]);
    }
    return new Sequences(offsets);
  }

  /** So many sequences of one token. */
  public static Sequences ofOneEach(int count) {
    int[] lengths = new int[count];
    Arrays.fill(lengths, 1);
    return ofLengths(lengths);
  }

  public int count() {
    return offsets.length - 1;
  }

  /** Rows of the packed matrix. */
  public int tokens() {
    return offsets[offsets.length - 1];
  }

  public int start(int sequence) {
    return offsets[sequence];
  }

  /** One past the last row of the sequence. */
  public int end(int sequence) {
    return offsets[sequence + 1];
  }

  public int length(int sequence) {
    return offsets[sequence + 1] - offsets[sequence];
  }

  public int maxLength() {
    int longest = 0;
    for (int i = 0; i < count(); i++) {
      longest = Math.max(longest, length(i));
    }
    return longest;
  }

  /** Position of every token inside its sequence, from 0; [tokens]. */
  public int[] positions() {
    int[] positions = new int[tokens()];
    for (int i = 0; i < count(); i++) {
      for (int row = start(i); row < end(i); row++) {
        positions[row] = row - start(i);
      }
    }
    return positions;
  }

  /** The first row of every sequence; [count]. */
  public int[] firstRows() {
    return Arrays.copyOf(offsets, count());
  }

  /** The last row of every sequence; [count]. */
  public int[] lastRows() {
    return IntStream.range(0, count()).map(i -> end(i) - 1).toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sequences that && Arrays.equals(offsets, that.offsets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(offsets);
  }

  @Override
  public String toString() {
    return "Sequences" + Arrays.toString(offsets);
  }
}
