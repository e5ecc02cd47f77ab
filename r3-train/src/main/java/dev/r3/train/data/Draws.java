package dev.r3.train.data;

import dev.r3.tensor.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Random choices from lists, a function of the seed, what they are for, the epoch and an index. */
final class Draws {
  /** What draws are for; each has words of its own under one seed. */
  enum Use {
    CONTRASTIVE_BATCHES,
    HARD_NEGATIVES,
    RERANK_ORDER,
    RERANK_LISTS;

    /** "data" in ASCII above the ordinal, to keep clear of the streams of other packages. */
    private long stream() {
      return 0x6461_7461_0000_0000L + ordinal();
    }
  }

  private final Philox random;

  private Draws(Philox random) {
    this.random = random;
  }

  static Draws of(long seed, Use use, int epoch, int index) {
    return new Draws(Philox.of(seed, use.stream(), ((long) epoch << Integer.SIZE) | index));
  }

  int bits() {
    return random.nextBits();
  }

  <T> T one(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  <T> List<T> shuffled(List<T> list) {
    List<T> shuffled = new ArrayList<>(list.size());
    for (int i : random.permutation(list.size())) {
      shuffled.add(list.get(i));
    }
    return shuffled;
  }

  /** That many different elements, or all where the list has fewer, in the order of the list. */
  <T> List<T> sample(List<T> list, int count) {
    int[] chosen = random.permutation(list.size());
    return Arrays.stream(chosen).limit(count).sorted().<T>mapToObj(list::get).toList();
  }
}
