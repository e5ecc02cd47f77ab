package dev.r3.tensor.java;

import dev.r3.tensor.AttentionForm;
import dev.r3.tensor.Sequences;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The form and the sequences of one attention call, and how its work is cut: a task is one
 * key/value head of one sequence, with all or some of its query rows.
 */
record AttentionPlan(AttentionForm form, Sequences queries, Sequences keys) {
  private static final int SCORES = 1 << 17; // floats of a block of scores: half of a usual L2
  private static final int TASK_ROWS = 512; // query rows over which packing keys pays

  /** Query rows {@code firstRow} to {@code endRow - 1} of a sequence, counted within it. */
  record Task(int sequence, int kvHead, int firstRow, int endRow) {}

  /**
   * The longest first, so that no thread is left with one at the end.
   *
   * @param splitRows whether tasks may divide a sequence's query rows
   */
  List<Task> tasks(boolean splitRows) {
    List<Task> tasks = new ArrayList<>();
    for (int sequence = 0; sequence < queries.count(); sequence++) {
      int rows = queries.length(sequence);
      int parts = splitRows ? (rows + TASK_ROWS - 1) / TASK_ROWS : 1;
      for (int kvHead = 0; kvHead < form.kvHeads(); kvHead++) {
        for (int part = 0; part < parts; part++) {
          tasks.add(new Task(sequence, kvHead, part * rows / parts, (part + 1) * rows / parts));
        }
      }
    }
    tasks.sort(
        Comparator.comparingLong(
            task ->
                -(long) (task.endRow - task.firstRow) * visible(task.sequence, task.endRow - 1)));
    return tasks;
  }

  /** Query heads that share a key/value head. */
  int group() {
    return form.heads() / form.kvHeads();
  }

  /** How many keys of the sequence, from its first, the query row sees. */
  int visible(int sequence, int row) {
    int length = keys.length(sequence);
    return form.causal() ? length - queries.length(sequence) + row + 1 : length;
  }

  /** Query rows to handle at once, so that their scores stay in the cache. */
  static int blockRows(int keys) {
    return Math.max(8, Math.min(128, SCORES / Math.max(1, keys) / 8 * 8));
  }

  /** Multiply-adds of the scores, about. */
  long work() {
    long work = 0;
    for (int i = 0; i < queries.count(); i++) {
      work += (long) queries.length(i) * keys.length(i);
    }
    return work * form.queryWidth();
  }

  /** Rows of one query head, from a sequence's first row: [rows, headSize] in the packed matrix. */
  Matrix queryRows(float[] query, int sequence, int head) {
    int width = form.queryWidth();
    return new Matrix(query, queries.start(sequence) * width + head * form.headSize(), width, 1);
  }

  /** Rows of one key/value head, from a sequence's first row. */
  Matrix keyRows(float[] key, int sequence, int kvHead) {
    int width = form.keyWidth();
    return new Matrix(key, keys.start(sequence) * width + kvHead * form.headSize(), width, 1);
  }
}
