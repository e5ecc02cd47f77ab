package dev.r3.tensor.nd4j;

import dev.r3.tensor.AttentionForm;
import dev.r3.tensor.Sequences;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which attention takes the sequences of a batch: those of equal lengths together, so
 * that one stack of matrix products serves them all.
 *
 * <p>The rows of query, key and value, one for each token and head, are brought into the order
 * (block, sequence, key/value head, query head of it, token). In this order a block is a stack of
 * {@code sequences * kvHeads} matrices: the query heads that share a key/value head lie one below
 * the other.
 *
 * @param queryRows where each row of the order lies in query [tokens * heads, headSize]
 * @param keyRows where each row of the order lies in key and value [tokens * kvHeads, headSize]
 */
record AttentionPlan(List<Block> blocks, int[] queryRows, int[] keyRows) {
  /** At most this many scores at once (64 MB of floats), but at least one sequence's. */
  private static final long MOST_SCORES = 1 << 24;

  /**
   * Sequences of one query length and one key length.
   *
   * @param queryStart first row in the order; keyStart likewise
   */
  record Block(int sequences, int queryLength, int keyLength, int queryStart, int keyStart) {}

  static AttentionPlan of(AttentionForm form, Sequences queries, Sequences keys) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < queries.count(); i++) {
      order.add(i);
    }
    order.sort(Comparator.<Integer>comparingInt(queries::length).thenComparingInt(keys::length));
    int[] queryRows = new int[queries.tokens() * form.heads()];
    int[] keyRows = new int[keys.tokens() * form.kvHeads()];
    List<Block> blocks = new ArrayList<>();
    int queryAt = 0;
    int keyAt = 0;
    for (int from = 0; from < order.size(); ) {
      int queryLength = queries.length(order.get(from));
      int keyLength = keys.length(order.get(from));
      long most = Math.max(1, MOST_SCORES / ((long) form.heads() * queryLength * keyLength));
      int to = from;
      int queryStart = queryAt;
      int keyStart = keyAt;
      while (to < order.size()
          && to - from < most
          && queries.length(order.get(to)) == queryLength
          && keys.length(order.get(to)) == keyLength) {
        int sequence = order.get(to++);
        queryAt = addRows(queries, sequence, form.heads(), queryRows, queryAt);
        keyAt = addRows(keys, sequence, form.kvHeads(), keyRows, keyAt);
      }
      blocks.add(new Block(to - from, queryLength, keyLength, queryStart, keyStart));
      from = to;
    }
    return new AttentionPlan(blocks, queryRows, keyRows);
  }

  /** Adds the rows of one sequence, head by head; returns where the next sequence goes. */
  private static int addRows(Sequences sequences, int sequence, int heads, int[] rows, int at) {
    for (int head = 0; head < heads; head++) {
      for (int token = sequences.start(sequence); token < sequences.end(sequence); token++) {
        rows[at++] = token * heads + head;
      }
    }
    return at;
  }

  /** The permutation that undoes {@code rows}. */
  static int[] inverse(int[] rows) {
    int[] inverse = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      inverse[rows[i]] = i;
    }
    return inverse;
  }
}
