package dev.r3.transformer.tokenizer;

import dev.r3.tensor.io.DataException;
import java.util.List;
import java.util.Map;

/**
 * Byte-pair encoding (Sennrich et al. 2016): of all neighbours that have a merge, those of the
 * earliest merge join first, the leftmost of equals first, until none is left.
 */
final class Merges {
  private static final int GONE = -1;

  private final LongIntMap rankByPair;
  private final int[] mergedByRank;

  private Merges(int count) {
    rankByPair = new LongIntMap(count);
    mergedByRank = new int[count];
  }

  static Merges of(TokenizerJson json) {
    Map<String, Integer> vocabulary = json.vocabulary();
    List<TokenizerJson.Merge> list = json.merges();
    Merges merges = new Merges(list.size());
    for (int rank = 0; rank < list.size(); rank++) {
      TokenizerJson.Merge merge = list.get(rank);
      Integer left = vocabulary.get(merge.left());
      Integer right = vocabulary.get(merge.right());
      Integer merged = vocabulary.get(merge.left() + merge.right());
      if (left == null || right == null || merged == null) {
        throw new DataException(
            json.root().file()
                + ": model.merges["
                + rank
                + "]: expected two tokens of model.vocab that join to a third, got \""
                + merge.left()
                + "\" and \""
                + merge.right()
                + "\"");
      }
      merges.rankByPair.put(pair(left, right), rank);
      merges.mergedByRank[rank] = merged;
    }
    return merges;
  }

  /**
   * Merges the first {@code count} ids in place.
   *
   * @return how many are left
   */
  int apply(int[] ids, int count) {
    if (count < 2) {
      return count;
    }
    int[] next = new int[count];
    int[] previous = new int[count];
    LongHeap candidates = new LongHeap();
    for (int i = 0; i < count; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < count ? i + 1 : GONE;
      addCandidate(candidates, ids, i, next[i]);
    }
    while (!candidates.isEmpty()) {
      long candidate = candidates.poll();
      int merged = mergedByRank[(int) (candidate >>> Integer.SIZE)];
      int at = (int) candidate;
      int after = next[at];
      // Earlier merges may have taken either neighbour; what counts is what a merge here gives now.
      if (ids[at] == GONE || after == GONE || mergeOf(ids[at], ids[after]) != merged) {
        continue;
      }
      ids[at] = merged;
      ids[after] = GONE;
      next[at] = next[after];
      if (next[at] != GONE) {
        previous[next[at]] = at;
      }
      addCandidate(candidates, ids, previous[at], at);
      addCandidate(candidates, ids, at, next[at]);
    }
    int left = 0;
    for (int i = 0; i < count; i++) {
      if (ids[i] != GONE) {
        ids[left++] = ids[i];
      }
    }
    return left;
  }

  private void addCandidate(LongHeap candidates, int[] ids, int at, int after) {
    if (at != GONE && after != GONE) {
      int rank = rankByPair.get(pair(ids[at], ids[after]));
      if (rank != LongIntMap.ABSENT) {
        candidates.add((long) rank << Integer.SIZE | at);
      }
    }
  }

  private int mergeOf(int left, int right) {
    int rank = rankByPair.get(pair(left, right));
    return rank == LongIntMap.ABSENT ? GONE : mergedByRank[rank];
  }

  private static long pair(int left, int right) {
    return (long) left << Integer.SIZE | right;
  }
}
