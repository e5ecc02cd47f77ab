package dev.r3.tensor;

/**
 * Random numbers from a counter: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random
 * numbers: as easy as 1, 2, 3, SC 2011). The numbers are a function of (seed, stream, step,
 * counter), the same on every machine, so that a run can stop at any point and go on bit by bit.
 *
 * <p>A stream is one use of randomness (a sampler, the dropout of one layer), a step one training
 * step; each pair has 2^64 words of its own. An object of this class is a cursor over them, for one
 * thread.
 *
 * <p>Differs from the paper in how the words are laid out: seed, stream and step are 192 bits, key
 * and half a counter only 128. One block keyed by the seed turns (stream, step) into the key and
 * the upper half of the counter of all others. A block is a bijection, so two pairs never share
 * words under one seed.
 */
public final class Philox {
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;

  /** Golden ratio and sqrt(3) - 1, which the key grows by every round. */
  private static final int WEYL_0 = 0x9E3779B9;

  private static final int WEYL_1 = 0xBB67AE85;

  private static final int ROUNDS = 10;
  private static final int WORDS = 4;

  /**
   * Where a cursor stands, to be kept in a checkpoint.
   *
   * @param counter how many 32-bit words have been drawn
   */
  public record State(long seed, long stream, long step, long counter) {
    /** Where the cursor stands after so many more words. */
    public State plus(long words) {
      return new State(seed, stream, step, counter + words);
    }
  }

  private final long seed;
  private final long stream;
  private final long step;
  private final int[] derived = new int[WORDS];
  private final int[] block = new int[WORDS];
  private long counter;

  private Philox(State state) {
    seed = state.seed;
    stream = state.stream;
    step = state.step;
    counter = state.counter;
    block((int) stream, high(stream), (int) step, high(step), (int) seed, high(seed), derived);
    if (counter % WORDS != 0) {
      fillBlock();
    }
  }

  /** A cursor at the first word. */
  public static Philox of(long seed, long stream, long step) {
    return at(new State(seed, stream, step, 0));
  }

  /** A cursor that goes on where another one stood. */
  public static Philox at(State state) {
    return new Philox(state);
  }

  public State state() {
    return new State(seed, stream, step, counter);
  }

  /** The next 32 bits. */
  public int nextBits() {
    int word = (int) (counter & (WORDS - 1));
    if (word == 0) {
      fillBlock();
    }
    counter++;
    return block[word];
  }

  /** Uniform in [0, 1): a multiple of 2^-24. */
  public float uniform() {
    return (nextBits() >>> 8) * 0x1p-24f;
  }

  /**
   * Fills elements {@code from} to {@code to - 1}: 0 where the next {@link #uniform} is below the
   * probability, else 1 / (1 - probability).
   */
  public void dropoutFactors(double probability, float[] target, int from, int to) {
    float keep = (float) (1 / (1 - probability));
    for (int i = from; i < to; i++) {
      target[i] = uniform() < probability ? 0 : keep;
    }
  }

  /** Uniform in [low, high). */
  public float uniform(float low, float high) {
    if (!(low < high) || !Float.isFinite(high - low)) {
      throw new IllegalArgumentException(
          "Philox.uniform: expected low < high, both finite, got " + low + " and " + high);
    }
    // The sum may round up to the bound that does not belong.
    return Math.min(low + (high - low) * uniform(), Math.nextDown(high));
  }

  /** Uniform in [0, bound), without bias (Lemire 2019, Fast random integer generation). */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException(
          "Philox.nextInt: expected a bound of at least 1, got " + bound);
    }
    long product = Integer.toUnsignedLong(nextBits()) * bound;
    if (Integer.compareUnsigned((int) product, bound) < 0) {
      int excess = Integer.remainderUnsigned(-bound, bound);
      while (Integer.compareUnsigned((int) product, excess) < 0) {
        product = Integer.toUnsignedLong(nextBits()) * bound;
      }
    }
    return (int) (product >>> 32);
  }

  /** Normal with mean 0 and standard deviation 1. Draws two words. */
  public float normal() {
    double radius = radius();
    return (float) (radius * StrictMath.cos(angle()));
  }

  /**
   * {@code count} normals: Box and Muller's pairs (1958), of which {@link #normal} uses the first.
   */
  public float[] normals(int count) {
    float[] normals = new float[count];
    for (int i = 0; i < count; i += 2) {
      double radius = radius();
      double angle = angle();
      normals[i] = (float) (radius * StrictMath.cos(angle));
      if (i + 1 < count) {
        normals[i + 1] = (float) (radius * StrictMath.sin(angle));
      }
    }
    return normals;
  }

  /** The numbers 0 to n - 1 in random order (Fisher-Yates). */
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int other = nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }

  /** sqrt(-2 ln u) with u in (0, 1]. StrictMath: Math may differ between machines. */
  private double radius() {
    double uniform = (Integer.toUnsignedLong(nextBits()) + 1) * 0x1p-32;
    return StrictMath.sqrt(-2 * StrictMath.log(uniform));
  }

  private double angle() {
    return 2 * Math.PI * 0x1p-32 * Integer.toUnsignedLong(nextBits());
  }

  private void fillBlock() {
    long index = counter >>> 2;
    block((int) index, high(index), derived[0], derived[1], derived[2], derived[3], block);
  }

  private static int high(long value) {
    return (int) (value >>> 32);
  }

  /** The bijection of the paper, from counter c under key k. */
  static void block(int c0, int c1, int c2, int c3, int k0, int k1, int[] out) {
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * Integer.toUnsignedLong(c0);
      long product1 = MULTIPLIER_1 * Integer.toUnsignedLong(c2);
      c0 = high(product1) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = high(product0) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
  }
}
