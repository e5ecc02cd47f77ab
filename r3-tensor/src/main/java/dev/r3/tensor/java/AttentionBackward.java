package dev.r3.tensor.java;

import java.util.Arrays;
import java.util.List;

/**
 * The way back through {@link Attention}: with p = softmax(s q kᵀ) recomputed from logSumExp, dv =
 * pᵀ do, dp = do vᵀ, dz = p (dp - o · do) s, dq = dz k, dk = dzᵀ q. A task owns a key/value head of
 * a sequence, so that its sums have one order.
 */
final class AttentionBackward {
  /** What the forward pass read and left, and the gradient of its output. */
  record Inputs(
      float[] gradOutput,
      float[] query,
      float[] key,
      float[] value,
      float[] output,
      float[] logSumExp) {}

  /** Where the gradients go; key and value hold zeros before. */
  record Gradients(float[] query, float[] key, float[] value) {}

  private final Engine engine;
  private final Loops loops;
  private final Gemm gemm;

  AttentionBackward(Engine engine) {
    this.engine = engine;
    loops = engine.loops();
    gemm = engine.gemm();
  }

  void backward(AttentionPlan plan, Inputs inputs, Gradients gradients) {
    List<AttentionPlan.Task> tasks = plan.tasks(false);
    engine.each(
        tasks.size(), 3 * plan.work(), i -> backward(plan, tasks.get(i), inputs, gradients));
  }

  private void backward(
      AttentionPlan plan, AttentionPlan.Task task, Inputs inputs, Gradients gradients) {
    int sequence = task.sequence();
    int size = plan.form().headSize();
    int seen = plan.keys().length(sequence);
    int stride = gemm.paddedColumns(seen);
    int blockRows = AttentionPlan.blockRows(2 * stride);
    FloatPool buffers = engine.buffers();
    float[] keyBuffer = buffers.acquire(gemm.packedSize(size, seen));
    float[] valueBuffer = buffers.acquire(gemm.packedSize(size, seen));
    float[] keyRowBuffer = buffers.acquire(gemm.packedSize(seen, size));
    float[] blockBuffer = buffers.acquire(gemm.packedSize(blockRows, size));
    float[] probabilities = buffers.acquire(blockRows * stride);
    float[] gradScores = buffers.acquire(blockRows * stride);
    Matrix ownKeys = plan.keyRows(inputs.key, sequence, task.kvHead());
    Matrix ownValues = plan.keyRows(inputs.value, sequence, task.kvHead());
    Panels keys = gemm.pack(ownKeys.transposed(), size, seen, keyBuffer).widened(stride);
    Panels values = gemm.pack(ownValues.transposed(), size, seen, valueBuffer).widened(stride);
    Panels keyRows = gemm.pack(ownKeys, seen, size, keyRowBuffer);
    Matrix gradKeys = plan.keyRows(gradients.key, sequence, task.kvHead());
    Matrix gradValues = plan.keyRows(gradients.value, sequence, task.kvHead());
    Matrix p = Matrix.dense(probabilities, stride);
    Matrix dz = Matrix.dense(gradScores, stride);
    int width = gemm.panelCount(size);
    for (int h = 0; h < plan.group(); h++) {
      int head = task.kvHead() * plan.group() + h;
      Matrix allQueries = plan.queryRows(inputs.query, sequence, head);
      Matrix allGradOutputs = plan.queryRows(inputs.gradOutput, sequence, head);
      for (int first = 0; first < task.endRow(); first += blockRows) {
        int rows = Math.min(blockRows, task.endRow() - first);
        int depth = plan.visible(sequence, first + rows - 1);
        int panels = gemm.panelCount(depth);
        Matrix queries = allQueries.from(first, 0);
        Matrix gradOutputs = allGradOutputs.from(first, 0);
        gemm.multiply(rows, size, queries, keys, 0, panels, p, false);
        gemm.multiply(rows, size, gradOutputs, values, 0, panels, dz, false); // dp
        for (int row = 0; row < rows; row++) {
          softmaxRow(plan, task, inputs, head, first + row, row * stride, depth, p, dz);
        }
        Matrix gradQueries = plan.queryRows(gradients.query, sequence, head).from(first, 0);
        gemm.multiply(rows, depth, dz, keyRows, 0, width, gradQueries, false);
        Panels right = gemm.pack(gradOutputs, rows, size, blockBuffer);
        gemm.multiply(depth, rows, p.transposed(), right, 0, width, gradValues, true);
        right = gemm.pack(queries, rows, size, blockBuffer);
        gemm.multiply(depth, rows, dz.transposed(), right, 0, width, gradKeys, true);
      }
    }
    for (float[] buffer :
        List.of(keyBuffer, valueBuffer, keyRowBuffer, blockBuffer, probabilities, gradScores)) {
      buffers.release(buffer);
    }
  }

  /** Turns a row of scores into probabilities, and of dp into dz. */
  private void softmaxRow(
      AttentionPlan plan,
      AttentionPlan.Task task,
      Inputs inputs,
      int head,
      int row,
      int start,
      int depth,
      Matrix p,
      Matrix dz) {
    int size = plan.form().headSize();
    int heads = plan.form().heads();
    float scale = (float) plan.form().scale();
    int token = plan.queries().start(task.sequence()) + row;
    int visible = plan.visible(task.sequence(), row);
    int own = token * heads * size + head * size;
    float shift = inputs.logSumExp[token * heads + head];
    float unused = loops.exp(p.data(), start, scale, shift, p.data(), start, visible); // it is 1
    float along = loops.dot(inputs.gradOutput, own, inputs.output, own, size);
    loops.softmaxBackward(p.data(), dz.data(), start, along, scale, dz.data(), visible);
    Arrays.fill(p.data(), start + visible, start + depth, 0);
    Arrays.fill(dz.data(), start + visible, start + depth, 0);
  }
}
