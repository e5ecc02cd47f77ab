package dev.r3.train.trainer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Epochs of batches one after the other, as a sequence without end: batch n is a function of n
 * alone. Going forward makes every epoch once; going back begins at the first one again.
 */
public final class Epochs<B> {
  private final IntFunction<List<B>> epochs;
  private int epoch;
  private long first; // number of the epoch's first batch
  private List<B> batches;

  private Epochs(IntFunction<List<B>> epochs) {
    this.epochs = epochs;
    this.batches = make(0);
  }

  /**
   * @param epochs the batches of an epoch by its number from 0, a function of the number alone
   */
  public static <B> Epochs<B> of(IntFunction<List<B>> epochs) {
    return new Epochs<>(epochs);
  }

  /**
   * The same from single examples, so many to a batch; the last batch of an epoch may be smaller.
   */
  public static <E> Epochs<List<E>> grouped(int batchSize, IntFunction<List<E>> epochs) {
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "Epochs: expected a batchSize of at least 1, got " + batchSize);
    }
    return of(
        epoch -> {
          List<E> examples = epochs.apply(epoch);
          List<List<E>> groups = new ArrayList<>();
          for (int from = 0; from < examples.size(); from += batchSize) {
            groups.add(examples.subList(from, Math.min(examples.size(), from + batchSize)));
          }
          return groups;
        });
  }

  /** The batch of that number, from 0. */
  public B batch(long number) {
    if (number < first) {
      epoch = 0;
      first = 0;
      batches = make(0);
    }
    while (number >= first + batches.size()) {
      first += batches.size();
      batches = make(++epoch);
    }
    return batches.get((int) (number - first));
  }

  /** How many batches the first epoch has. */
  public int batchesOfFirstEpoch() {
    return epoch == 0 ? batches.size() : make(0).size();
  }

  private List<B> make(int number) {
    List<B> made = epochs.apply(number);
    if (made.isEmpty()) {
      throw new IllegalArgumentException(
          "Epochs: expected at least one batch in epoch " + number + ", got none");
    }
    return made;
  }
}
