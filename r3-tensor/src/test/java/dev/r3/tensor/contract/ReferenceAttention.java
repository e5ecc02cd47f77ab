package dev.r3.tensor.contract;

import dev.r3.tensor.AttentionForm;
import dev.r3.tensor.Sequences;

/** Attention as plain loops: one query row and head at a time. */
record ReferenceAttention(AttentionForm form, Sequences queries, Sequences keys) {
  record Result(double[] output, double[] logSumExp) {}

  Result forward(double[] query, double[] key, double[] value) {
    double[] output = new double[query.length];
    double[] logSumExp = new double[queries.tokens() * form.heads()];
    for (int s = 0; s < queries.count(); s++) {
      for (int row = queries.start(s); row < queries.end(s); row++) {
        int visible = keys.length(s);
        if (form.causal()) {
          visible = keys.length(s) - queries.length(s) + (row - queries.start(s)) + 1;
        }
        for (int head = 0; head < form.heads(); head++) {
          logSumExp[row * form.heads() + head] =
              attend(row, head, keys.start(s), visible, query, key, value, output);
        }
      }
    }
    return new Result(output, logSumExp);
  }

  /** Fills one head of one output row from {@code visible} keys; returns its log-sum-exp. */
  private double attend(
      int row,
      int head,
      int firstKey,
      int visible,
      double[] query,
      double[] key,
      double[] value,
      double[] output) {
    int size = form.headSize();
    int from = row * form.queryWidth() + head * size;
    int kvHead = head / (form.heads() / form.kvHeads());
    double[] scores = new double[visible];
    for (int k = 0; k < visible; k++) {
      int at = (firstKey + k) * form.keyWidth() + kvHead * size;
      for (int i = 0; i < size; i++) {
        scores[k] += query[from + i] * key[at + i] / Math.sqrt(size);
      }
    }
    double logSum = ReferenceKernels.logSumExp(scores, visible)[0];
    for (int k = 0; k < visible; k++) {
      int at = (firstKey + k) * form.keyWidth() + kvHead * size;
      for (int i = 0; i < size; i++) {
        output[from + i] += Math.exp(scores[k] - logSum) * value[at + i];
      }
    }
    return logSum;
  }
}
