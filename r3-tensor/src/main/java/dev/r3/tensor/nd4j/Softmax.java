package dev.r3.tensor.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;
import org.nd4j.linalg.indexing.conditions.Conditions;

/**
 * Softmax of each row and what is near it; matrices [rows, columns]. A row of only -∞ has no
 * probabilities: its softmax is 0 and its log-sum-exp -∞.
 */
final class Softmax {
  private Softmax() {}

  /** out [rows] = log Σ_j e^x_j of each row. */
  static void logSumExp(INDArray x, INDArray out, Scratch scratch) {
    INDArray exponentials = scratch.like(x);
    INDArray sum = scratch.array(x.size(0));
    exponentials(x, exponentials, out, sum, scratch);
    Ops.run(new Log(sum, sum));
    Ops.add(out, sum, out);
  }

  /** Fills out. */
  static void softmax(INDArray x, INDArray out, Scratch scratch) {
    INDArray shift = scratch.array(x.size(0));
    INDArray sum = scratch.array(x.size(0));
    exponentials(x, out, shift, sum, scratch);
    divideBySum(out, sum, scratch);
  }

  /** Fills losses [rows] and probabilities. */
  static void crossEntropy(
      INDArray logits, INDArray targets, INDArray losses, INDArray probabilities, Scratch scratch) {
    INDArray logSum = scratch.array(logits.size(0));
    INDArray sum = scratch.array(logits.size(0));
    exponentials(logits, probabilities, logSum, sum, scratch);
    INDArray logOfSum = scratch.like(sum);
    Ops.run(new Log(sum, logOfSum));
    Ops.add(logSum, logOfSum, logSum);
    divideBySum(probabilities, sum, scratch);

    INDArray terms = scratch.like(logits);
    Ops.subtractColumn(logits, logSum, terms);
    Ops.multiply(terms, targets, terms);
    INDArray magnitudes = scratch.like(targets);
    Ops.run(new Abs(targets, magnitudes));
    // 0 times the -∞ of a masked column is a NaN: there the term is the target, 0.
    Ops.replace(magnitudes, Conditions.greaterThan(0), terms, terms);
    Ops.sumOfEachRow(terms, losses);
    Ops.multiply(losses, -1, losses);
  }

  /** out = (p Σ_j y_j - y) gradLosses of each row. */
  static void crossEntropyBackward(
      INDArray gradLosses,
      INDArray targets,
      INDArray probabilities,
      INDArray out,
      Scratch scratch) {
    INDArray mass = scratch.array(targets.size(0));
    Ops.sumOfEachRow(targets, mass);
    Ops.multiplyByColumn(probabilities, mass, out);
    Ops.subtract(out, targets, out);
    Ops.multiplyByColumn(out, gradLosses, out);
  }

  /** Fills shift [rows], the greatest element or 0, out = e^(x - shift) and sum [rows] of it. */
  private static void exponentials(
      INDArray x, INDArray out, INDArray shift, INDArray sum, Scratch scratch) {
    INDArray zeros = scratch.like(shift);
    Ops.fill(zeros, 0);
    Ops.maxOfEachRow(x, shift);
    Ops.replace(shift, Conditions.isInfinite(), zeros, shift); // -∞ - -∞ would be a NaN
    Ops.subtractColumn(x, shift, out);
    Ops.run(new Exp(out, out));
    Ops.sumOfEachRow(out, sum);
  }

  /** Divides each row by its sum; a sum is at least 1, or 0 where all of the row is. */
  private static void divideBySum(INDArray x, INDArray sum, Scratch scratch) {
    INDArray divisors = scratch.like(sum);
    Ops.max(sum, 1, divisors);
    INDArray ones = scratch.like(sum);
    Ops.fill(ones, 1);
    Ops.divide(ones, divisors, divisors);
    Ops.multiplyByColumn(x, divisors, x);
  }
}
