package dev.r3.tensor.java;

import java.util.Arrays;
import java.util.List;

/**
 * Scaled dot-product attention over packed sequences: o = softmax(s q kᵀ) v, s = 1/√headSize, for
 * each head. A block of query rows at a time against all keys it sees, so that memory grows with
 * the length of a sequence and not with its square.
 */
final class Attention {
  private final Engine engine;
  private final Loops loops;
  private final Gemm gemm;

  Attention(Engine engine) {
    this.engine = engine;
    loops = engine.loops();
    gemm = engine.gemm();
  }

  /**
   * @param output [queryTokens, heads * headSize]
   * @param logSumExp [queryTokens, heads], of the scaled scores
   */
  void forward(
      AttentionPlan plan,
      float[] query,
      float[] key,
      float[] value,
      float[] output,
      float[] logSumExp) {
    List<AttentionPlan.Task> tasks = plan.tasks(true);
    engine.each(
        tasks.size(),
        plan.work(),
        i -> forward(plan, tasks.get(i), query, key, value, output, logSumExp));
  }

  private void forward(
      AttentionPlan plan,
      AttentionPlan.Task task,
      float[] query,
      float[] key,
      float[] value,
      float[] output,
      float[] logSumExp) {
    int size = plan.form().headSize();
    int heads = plan.form().heads();
    float scale = (float) plan.form().scale();
    int seen = plan.visible(task.sequence(), task.endRow() - 1);
    int stride = gemm.paddedColumns(seen);
    int blockRows = AttentionPlan.blockRows(stride);
    FloatPool buffers = engine.buffers();
    float[] keyBuffer = buffers.acquire(gemm.packedSize(size, seen));
    float[] valueBuffer = buffers.acquire(gemm.packedSize(seen, size));
    float[] scores = buffers.acquire(blockRows * stride);
    float[] sums = buffers.acquire(blockRows);
    Matrix ownKeys = plan.keyRows(key, task.sequence(), task.kvHead());
    Matrix ownValues = plan.keyRows(value, task.sequence(), task.kvHead());
    // whole panels of keys, so that products with them have no ragged edge
    Panels keys = gemm.pack(ownKeys.transposed(), size, seen, keyBuffer).widened(stride);
    Panels values = gemm.pack(ownValues, seen, size, valueBuffer);
    Matrix block = Matrix.dense(scores, stride);
    for (int h = 0; h < plan.group(); h++) {
      int head = task.kvHead() * plan.group() + h;
      Matrix queries = plan.queryRows(query, task.sequence(), head);
      Matrix outputs = plan.queryRows(output, task.sequence(), head);
      for (int first = task.firstRow(); first < task.endRow(); first += blockRows) {
        int rows = Math.min(blockRows, task.endRow() - first);
        int depth = plan.visible(task.sequence(), first + rows - 1);
        int panels = gemm.panelCount(depth);
        gemm.multiply(rows, size, queries.from(first, 0), keys, 0, panels, block, false);
        int token = plan.queries().start(task.sequence()) + first;
        for (int row = 0; row < rows; row++) {
          int start = row * stride;
          int visible = plan.visible(task.sequence(), first + row);
          float shift = scale * loops.max(scores, start, visible);
          sums[row] = loops.exp(scores, start, scale, shift, scores, start, visible);
          Arrays.fill(scores, start + visible, start + depth, 0);
          logSumExp[(token + row) * heads + head] = (float) (shift + Math.log(sums[row]));
        }
        Matrix out = outputs.from(first, 0);
        gemm.multiply(rows, depth, block, values, 0, gemm.panelCount(size), out, false);
        for (int row = 0; row < rows; row++) {
          int start = out.offset() + row * out.rowStride();
          loops.scale(output, 1 / sums[row], output, start, start + size);
        }
      }
    }
    buffers.release(keyBuffer);
    buffers.release(valueBuffer);
    buffers.release(scores);
    buffers.release(sums);
  }
}
