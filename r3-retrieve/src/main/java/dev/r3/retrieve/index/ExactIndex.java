package dev.r3.retrieve.index;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Compares a query with every skill: exact, immutable, for any number of threads.
 *
 * <p>Results are ordered by score descending, then id ascending, so that the first k results are
 * the same for every larger k. Vectors are L2-normalised; the score is their dot product.
 */
public final class ExactIndex {
  /** Rows that one thread scans at a time; smaller indexes are never split. */
  static final int BLOCK_ROWS = 4096;

  private static final int MAX_FLOATS = Integer.MAX_VALUE - 8;

  private final int dimension;

  /** Sorted, so that the order of rows is the order of ids. */
  private final String[] ids;

  /** Row after row. */
  private final float[] vectors;

  private ExactIndex(int dimension, String[] ids, float[] vectors) {
    this.dimension = dimension;
    this.ids = ids;
    this.vectors = vectors;
  }

  /**
   * Copies the vectors into an index.
   *
   * @param vectors [ids, dimension], each of length one
   * @throws IllegalArgumentException if there are none, an id comes twice, or a vector has another
   *     dimension or length
   */
  public static ExactIndex of(List<String> ids, float[][] vectors) {
    if (ids.isEmpty() || ids.size() != vectors.length) {
      throw new IllegalArgumentException(
          "ExactIndex: expected one vector for each of at least one id, got "
              + vectors.length
              + " vectors for "
              + ids.size()
              + " ids");
    }
    int dimension = vectors[0].length;
    if ((long) dimension * vectors.length > MAX_FLOATS) {
      throw new IllegalArgumentException(
          "ExactIndex: expected at most "
              + MAX_FLOATS
              + " numbers, got "
              + vectors.length
              + " vectors of dimension "
              + dimension);
    }
    Integer[] order = new Integer[vectors.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparing(ids::get));
    String[] sortedIds = new String[order.length];
    float[] rows = new float[order.length * dimension];
    for (int row = 0; row < order.length; row++) {
      String id = ids.get(order[row]);
      float[] vector = vectors[order[row]];
      UnitVectors.require("ExactIndex(" + id + ")", vector, dimension);
      if (row > 0 && id.equals(sortedIds[row - 1])) {
        throw new IllegalArgumentException("ExactIndex: expected unique ids, got " + id + " twice");
      }
      sortedIds[row] = id;
      System.arraycopy(vector, 0, rows, row * dimension, dimension);
    }
    return new ExactIndex(dimension, sortedIds, rows);
  }

  public int size() {
    return ids.length;
  }

  public int dimension() {
    return dimension;
  }

  /**
   * The k best skills, or all where there are fewer, found by the calling thread alone.
   *
   * @param query of length one
   * @throws IllegalArgumentException if k is below one, or the query has another dimension or
   *     length
   */
  public List<Hit> search(float[] query, int k) {
    require(query, k);
    TopK best = new TopK(Math.min(k, ids.length));
    scan(query, 0, ids.length, best);
    return hits(best);
  }

  /**
   * As {@link #search(float[], int)}, with the same result, shared between the calling thread and
   * the executor where the index is large. It never waits for a task that has not begun, so the
   * executor may be busy, or be the one that runs the caller.
   */
  public List<Hit> search(float[] query, int k, Executor executor) {
    int blocks = (ids.length - 1) / BLOCK_ROWS + 1;
    if (blocks == 1) {
      return search(query, k);
    }
    require(query, k);
    BlockScan scan = new BlockScan(query, Math.min(k, ids.length), blocks);
    int tasks = Math.min(blocks, Runtime.getRuntime().availableProcessors());
    for (int i = 1; i < tasks; i++) {
      executor.execute(scan);
    }
    scan.run();
    return hits(scan.await());
  }

  private void require(float[] query, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("ExactIndex: expected k >= 1, got " + k);
    }
    UnitVectors.require("ExactIndex(query)", query, dimension);
  }

  private void scan(float[] query, int from, int to, TopK best) {
    for (int row = from; row < to; row++) {
      best.offer(dot(query, row * dimension), row);
    }
  }

  /** Eight sums, so that additions need not wait for each other. */
  private float dot(float[] query, int offset) {
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
    int i = 0;
    for (int end = dimension - 7; i < end; i += 8) {
      s0 += query[i] * vectors[offset + i];
      s1 += query[i + 1] * vectors[offset + i + 1];
      s2 += query[i + 2] * vectors[offset + i + 2];
      s3 += query[i + 3] * vectors[offset + i + 3];
      s4 += query[i + 4] * vectors[offset + i + 4];
      s5 += query[i + 5] * vectors[offset + i + 5];
      s6 += query[i + 6] * vectors[offset + i + 6];
      s7 += query[i + 7] * vectors[offset + i + 7];
    }
    for (; i < dimension; i++) {
      s0 += query[i] * vectors[offset + i];
    }
    return ((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7));
  }

  private List<Hit> hits(TopK best) {
    Hit[] hits = new Hit[best.size()];
    for (int place = hits.length - 1; place >= 0; place--) {
      float score = best.worstScore();
      hits[place] = new Hit(ids[best.removeWorst()], score);
    }
    return Collections.unmodifiableList(Arrays.asList(hits));
  }

  /** One search, worked on by whoever runs it: each takes the next block until none is left. */
  private final class BlockScan implements Runnable {
    private final float[] query;
    private final int blocks;
    private final TopK best;
    private final AtomicInteger nextBlock = new AtomicInteger();
    private final CountDownLatch unfinished;

    BlockScan(float[] query, int k, int blocks) {
      this.query = query;
      this.blocks = blocks;
      this.best = new TopK(k);
      this.unfinished = new CountDownLatch(blocks);
    }

    @Override
    public void run() {
      for (int block; (block = nextBlock.getAndIncrement()) < blocks; unfinished.countDown()) {
        TopK bestOfBlock = new TopK(best.capacity());
        int from = block * BLOCK_ROWS;
        scan(query, from, Math.min(from + BLOCK_ROWS, ids.length), bestOfBlock);
        synchronized (best) {
          best.offerAll(bestOfBlock);
        }
      }
    }

    /** Waits for the blocks that others have taken. */
    TopK await() {
      boolean interrupted = false;
      while (true) {
        try {
          unfinished.await();
          break;
        } catch (InterruptedException e) {
          // A block takes well under a millisecond: finish, and leave the interrupt to the caller.
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return best;
    }
  }
}
