package dev.r3.train.loss;

import dev.r3.tensor.Tensor;

/**
 * What a batch of queries should find among the columns of skills.
 *
 * @param gold the column of each query's gold skill; [batch]
 * @param masked which columns a query is not compared with: its other golds and further copies of
 *     its gold; [batch][columns]
 */
public record Targets(int[] gold, boolean[][] masked) {
  public Targets {
    if (gold.length == 0 || gold.length != masked.length) {
      throw new IllegalArgumentException(
          "Targets: expected at least one query and a row of marks each, got "
              + gold.length
              + " golds and "
              + masked.length
              + " rows");
    }
    int columns = masked[0].length;
    for (int query = 0; query < gold.length; query++) {
      if (masked[query].length != columns) {
        throw new IllegalArgumentException(
            "Targets: expected "
                + columns
                + " marks for query "
                + query
                + ", got "
                + masked[query].length);
      }
      if (gold[query] < 0 || gold[query] >= columns) {
        throw new IllegalArgumentException(
            "Targets: expected the gold of query "
                + query
                + " in columns 0 to "
                + (columns - 1)
                + ", got "
                + gold[query]);
      }
      if (masked[query][gold[query]]) {
        throw new IllegalArgumentException(
            "Targets: expected an unmasked gold for query " + query + ", got a masked one");
      }
    }
  }

  /** Query i belongs to column i and is compared with every other column. */
  public static Targets inBatch(int batch, int columns) {
    int[] gold = new int[batch];
    for (int query = 0; query < batch; query++) {
      gold[query] = query;
    }
    return new Targets(gold, new boolean[batch][columns]);
  }

  /** Number of queries. */
  public int batch() {
    return gold.length;
  }

  /** Number of skills. */
  public int columns() {
    return masked[0].length;
  }

  void requireFit(String loss, Tensor queries, Tensor skills) {
    if (queries.rows() != batch()
        || skills.rows() != columns()
        || queries.lastAxis() != skills.lastAxis()) {
      throw new IllegalArgumentException(
          loss
              + ": expected queries ["
              + batch()
              + ", dim] and skills ["
              + columns()
              + ", dim], got "
              + queries.shape()
              + " and "
              + skills.shape());
    }
  }
}
