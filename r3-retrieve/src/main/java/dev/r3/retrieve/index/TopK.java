package dev.r3.retrieve.index;

/**
 * The k best of the rows offered so far, in a heap whose root is the worst of them. Better is a
 * higher score, then a lower row.
 */
final class TopK {
  private final float[] scores;
  private final int[] rows;
  private int size;

  TopK(int k) {
    scores = new float[k];
    rows = new int[k];
  }

  void offer(float score, int row) {
    if (size < rows.length) {
      siftUp(score, row);
    } else if (size > 0 && better(score, row, scores[0], rows[0])) {
      siftDown(score, row);
    }
  }

  void offerAll(TopK other) {
    for (int i = 0; i < other.size; i++) {
      offer(other.scores[i], other.rows[i]);
    }
  }

  int capacity() {
    return rows.length;
  }

  int size() {
    return size;
  }

  /** Takes the worst out and returns its row; its score was {@link #worstScore}. */
  int removeWorst() {
    int worst = rows[0];
    size--;
    if (size > 0) {
      siftDown(scores[size], rows[size]);
    }
    return worst;
  }

  float worstScore() {
    return scores[0];
  }

  private static boolean better(float score, int row, float otherScore, int otherRow) {
    return score > otherScore || (score == otherScore && row < otherRow);
  }

  private void siftUp(float score, int row) {
    int place = size++;
    while (place > 0) {
      int parent = (place - 1) / 2;
      if (!better(scores[parent], rows[parent], score, row)) {
        break;
      }
      scores[place] = scores[parent];
      rows[place] = rows[parent];
      place = parent;
    }
    scores[place] = score;
    rows[place] = row;
  }

  /** Puts an entry in the place of the root and restores the heap. */
  private void siftDown(float score, int row) {
    int place = 0;
    for (int child = 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size
          && better(scores[child], rows[child], scores[child + 1], rows[child + 1])) {
        child++;
      }
      if (!better(score, row, scores[child], rows[child])) {
        break;
      }
      scores[place] = scores[child];
      rows[place] = rows[child];
      place = child;
    }
    scores[place] = score;
    rows[place] = row;
  }
}
