package dev.r3.tensor.nd4j;

import dev.r3.tensor.AttentionForm;
import dev.r3.tensor.Sequences;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;

/**
 * Scaled dot-product attention inside the sequences of a packed batch, block by block of an {@link
 * AttentionPlan}. In a block, q [stack, groups * queryLength, headSize] with groups = heads /
 * kvHeads, and k, v [stack, keyLength, headSize].
 */
final class Attention {
  private final AttentionForm form;
  private final int groups;
  private final AttentionPlan plan;
  private final Scratch scratch;
  private final INDArray queryOrder;
  private final INDArray keyOrder;

  Attention(AttentionForm form, Sequences queries, Sequences keys, Scratch scratch) {
    this.form = form;
    this.groups = form.heads() / form.kvHeads();
    this.plan = AttentionPlan.of(form, queries, keys);
    this.scratch = scratch;
    this.queryOrder = scratch.indices(plan.queryRows());
    this.keyOrder = scratch.indices(plan.keyRows());
  }

  /** Fills out [queryTokens, heads * headSize] and logSumExp [queryTokens, heads]. */
  void forward(INDArray query, INDArray key, INDArray value, INDArray out, INDArray logSumExp) {
    INDArray q = ordered(query, queryOrder);
    INDArray k = ordered(key, keyOrder);
    INDArray v = ordered(value, keyOrder);
    INDArray attended = scratch.like(q);
    INDArray sums = scratch.array(plan.queryRows().length);
    for (AttentionPlan.Block block : plan.blocks()) {
      try (Scratch part = scratch.part()) {
        int rows = queryRows(block);
        INDArray scores = scores(block, q, k, part);
        INDArray blockSums = Ops.view(sums, block.queryStart(), rows);
        INDArray flat = Ops.view(scores, 0, rows, block.keyLength());
        Softmax.logSumExp(flat, blockSums, part);
        probabilities(flat, blockSums);
        Ops.matMul(scores, false, keyStack(block, v), false, queryStack(block, attended));
      }
    }
    INDArray back = scratch.indices(AttentionPlan.inverse(plan.queryRows()));
    restore(attended, back, out);
    Ops.gather(
        Ops.view(sums, 0, sums.length(), 1), back, Ops.view(logSumExp, 0, logSumExp.length(), 1));
  }

  /** Fills the gradients of query, key and value. */
  void backward(
      INDArray gradOutput,
      INDArray query,
      INDArray key,
      INDArray value,
      INDArray out,
      INDArray logSumExp,
      INDArray gradQuery,
      INDArray gradKey,
      INDArray gradValue) {
    INDArray q = ordered(query, queryOrder);
    INDArray k = ordered(key, keyOrder);
    INDArray v = ordered(value, keyOrder);
    INDArray gradOut = ordered(gradOutput, queryOrder);
    INDArray sums = scratch.array(plan.queryRows().length, 1);
    Ops.gather(Ops.view(logSumExp, 0, logSumExp.length(), 1), queryOrder, sums);

    INDArray products = ordered(out, queryOrder);
    Ops.multiply(products, gradOut, products);
    INDArray along = scratch.array(plan.queryRows().length); // Σ_j p_j dL/dp_j of each score row
    Ops.sumOfEachRow(products, along);

    INDArray gradQ = scratch.like(q);
    INDArray gradK = scratch.like(k);
    INDArray gradV = scratch.like(v);
    for (AttentionPlan.Block block : plan.blocks()) {
      try (Scratch part = scratch.part()) {
        int rows = queryRows(block);
        INDArray stackedGradOut = queryStack(block, gradOut);
        INDArray p = scores(block, q, k, part);
        INDArray flatP = Ops.view(p, 0, rows, block.keyLength());
        probabilities(flatP, Ops.view(sums, block.queryStart(), rows));
        Ops.matMul(p, true, stackedGradOut, false, keyStack(block, gradV));

        INDArray gradScores = part.like(p);
        INDArray flatGrad = Ops.view(gradScores, 0, rows, block.keyLength());
        Ops.matMul(stackedGradOut, false, keyStack(block, v), true, gradScores);
        Ops.subtractColumn(flatGrad, Ops.view(along, block.queryStart(), rows), flatGrad);
        Ops.multiply(flatGrad, flatP, flatGrad);
        Ops.multiply(flatGrad, form.scale(), flatGrad);
        Ops.matMul(gradScores, false, keyStack(block, k), false, queryStack(block, gradQ));
        Ops.matMul(gradScores, true, queryStack(block, q), false, keyStack(block, gradK));
      }
    }
    restore(gradQ, scratch.indices(AttentionPlan.inverse(plan.queryRows())), gradQuery);
    INDArray back = scratch.indices(AttentionPlan.inverse(plan.keyRows()));
    restore(gradK, back, gradKey);
    restore(gradV, back, gradValue);
  }

  /** q kᵀ / √headSize, -∞ where a causal query does not look. */
  private INDArray scores(AttentionPlan.Block block, INDArray q, INDArray k, Scratch part) {
    int queryLength = block.queryLength();
    int keyLength = block.keyLength();
    INDArray scores = part.array(stack(block), (long) groups * queryLength, keyLength);
    Ops.matMul(queryStack(block, q), false, keyStack(block, k), true, scores);
    Ops.multiply(scores, form.scale(), scores);
    if (form.causal()) {
      INDArray mask = causalMask(queryLength, keyLength, part);
      INDArray byMatrix =
          Ops.view(scores, 0, (long) stack(block) * groups, (long) queryLength * keyLength);
      Ops.addRow(byMatrix, mask, byMatrix);
    }
    return scores;
  }

  /** 0 where query row i of n sees the key, -∞ elsewhere; flat. */
  private static INDArray causalMask(int queryLength, int keyLength, Scratch part) {
    float[] mask = new float[queryLength * keyLength];
    for (int row = 0; row < queryLength; row++) {
      for (int column = keyLength - queryLength + row + 1; column < keyLength; column++) {
        mask[row * keyLength + column] = Float.NEGATIVE_INFINITY;
      }
    }
    INDArray converted = part.array(mask.length);
    Ops.copy(part.copy(mask), converted);
    return converted;
  }

  /** scores = e^(scores - logSumExp) of each row, which is softmax. */
  private static void probabilities(INDArray scores, INDArray logSumExp) {
    Ops.subtractColumn(scores, logSumExp, scores);
    Ops.run(new Exp(scores, scores));
  }

  /** The rows of all tokens and heads in the plan's order. */
  private INDArray ordered(INDArray x, INDArray order) {
    INDArray rows = scratch.array(order.length(), form.headSize());
    Ops.gather(Ops.view(x, 0, order.length(), form.headSize()), order, rows);
    return rows;
  }

  private void restore(INDArray rows, INDArray back, INDArray out) {
    Ops.gather(rows, back, Ops.view(out, 0, rows.size(0), form.headSize()));
  }

  private int stack(AttentionPlan.Block block) {
    return block.sequences() * form.kvHeads();
  }

  private int queryRows(AttentionPlan.Block block) {
    return block.sequences() * form.heads() * block.queryLength();
  }

  private INDArray queryStack(AttentionPlan.Block block, INDArray rows) {
    return Ops.view(
        rows,
        (long) block.queryStart() * form.headSize(),
        stack(block),
        (long) groups * block.queryLength(),
        form.headSize());
  }

  private INDArray keyStack(AttentionPlan.Block block, INDArray rows) {
    return Ops.view(
        rows,
        (long) block.keyStart() * form.headSize(),
        stack(block),
        block.keyLength(),
        form.headSize());
  }
}
