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

  private static final int ROWS = 64; // query rows of a block
  private static final int KEYS = 512; // keys of a block: both its matrices of scores fit in L2

  /** A block of keys, packed, and room for the scores of a block of query rows. */
  private record Block(
      int firstKey,
      int count,
      Panels keys, // [headSize, count]
      Panels values, // [headSize, count]
      Panels keyRows, // [count, headSize]
      float[] rowBuffer,
      Matrix p,
      Matrix dz) {
    /** How many keys of this block a row sees that sees so many of the sequence. */
    int seen(int visible) {
      return Math.max(0, Math.min(count, visible - firstKey));
    }
  }

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
    int size = plan.form().headSize();
    int length = plan.keys().length(task.sequence());
    int most = Math.min(length, KEYS);
    int stride = gemm.paddedColumns(most);
    FloatPool buffers = engine.buffers();
    float[] keyBuffer = buffers.acquire(gemm.packedSize(size, most));
    float[] valueBuffer = buffers.acquire(gemm.packedSize(size, most));
    float[] keyRowBuffer = buffers.acquire(gemm.packedSize(most, size));
    float[] rowBuffer = buffers.acquire(gemm.packedSize(ROWS, size));
    Matrix p = Matrix.dense(buffers.acquire(ROWS * stride), stride);
    Matrix dz = Matrix.dense(buffers.acquire(ROWS * stride), stride);
    Matrix allKeys = plan.keyRows(inputs.key, task.sequence(), task.kvHead());
    Matrix allValues = plan.keyRows(inputs.value, task.sequence(), task.kvHead());
    for (int firstKey = 0; firstKey < length; firstKey += KEYS) {
      int count = Math.min(KEYS, length - firstKey);
      Matrix keyRows = allKeys.from(firstKey, 0);
      Matrix valueRows = allValues.from(firstKey, 0);
      Block block =
          new Block(
              firstKey,
              count,
              gemm.pack(keyRows.transposed(), size, count, keyBuffer).widened(stride),
              gemm.pack(valueRows.transposed(), size, count, valueBuffer).widened(stride),
              gemm.pack(keyRows, count, size, keyRowBuffer),
              rowBuffer,
              p,
              dz);
      for (int h = 0; h < plan.group(); h++) {
        int head = task.kvHead() * plan.group() + h;
        for (int first = 0; first < task.endRow(); first += ROWS) {
          int rows = Math.min(ROWS, task.endRow() - first);
          if (plan.visible(task.sequence(), first + rows - 1) > firstKey) {
            backward(plan, task, inputs, gradients, block, head, first, rows);
          }
        }
      }
    }
    for (float[] buffer :
        List.of(keyBuffer, valueBuffer, keyRowBuffer, rowBuffer, p.data(), dz.data())) {
      buffers.release(buffer);
    }
  }

  /** One block of query rows against one block of keys. */
  private void backward(
      AttentionPlan plan,
      AttentionPlan.Task task,
      Inputs inputs,
      Gradients gradients,
      Block block,
      int head,
      int first,
      int rows) {
    int sequence = task.sequence();
    int size = plan.form().headSize();
    int width = gemm.panelCount(size);
    int depth = block.seen(plan.visible(sequence, first + rows - 1));
    int panels = gemm.panelCount(depth);
    Matrix p = block.p;
    Matrix dz = block.dz;
    Matrix queries = plan.queryRows(inputs.query, sequence, head).from(first, 0);
    Matrix gradOutputs = plan.queryRows(inputs.gradOutput, sequence, head).from(first, 0);
    gemm.multiply(rows, size, queries, block.keys, 0, panels, p, false);
    gemm.multiply(rows, size, gradOutputs, block.values, 0, panels, dz, false); // dp
    for (int row = 0; row < rows; row++) {
      int start = row * p.rowStride();
      int visible = block.seen(plan.visible(sequence, first + row));
      int token = plan.queries().start(sequence) + first + row;
      softmaxRow(plan, inputs, token, head, start, visible, p.data(), dz.data());
      Arrays.fill(p.data(), start + visible, start + depth, 0);
      Arrays.fill(dz.data(), start + visible, start + depth, 0);
    }
    Matrix gradQueries = plan.queryRows(gradients.query, sequence, head).from(first, 0);
    boolean later = block.firstKey > 0;
    gemm.multiply(rows, depth, dz, block.keyRows, 0, width, gradQueries, later);
    Matrix gradKeys = plan.keyRows(gradients.key, sequence, task.kvHead());
    Matrix gradValues = plan.keyRows(gradients.value, sequence, task.kvHead());
    Panels right = gemm.pack(gradOutputs, rows, size, block.rowBuffer);
    Matrix to = gradValues.from(block.firstKey, 0);
    gemm.multiply(depth, rows, p.transposed(), right, 0, width, to, true);
    right = gemm.pack(queries, rows, size, block.rowBuffer);
    to = gradKeys.from(block.firstKey, 0);
    gemm.multiply(depth, rows, dz.transposed(), right, 0, width, to, true);
  }

  /** Turns a row of scores into probabilities, and of dp into dz. */
  private void softmaxRow(
      AttentionPlan plan,
      Inputs inputs,
      int token,
      int head,
      int start,
      int visible,
      float[] p,
      float[] dz) {
    int size = plan.form().headSize();
    int heads = plan.form().heads();
    float scale = (float) plan.form().scale();
    int own = (token * heads + head) * size;
    float shift = inputs.logSumExp[token * heads + head];
    float unused = loops.exp(p, start, scale, shift, p, start, visible);
    float along = loops.dot(inputs.gradOutput, own, inputs.output, own, size);
    loops.softmaxBackward(p, dz, start, along, scale, dz, visible);
  }
}
