package dev.r3.tensor.nd4j;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt;
import org.nd4j.linalg.api.ops.impl.transforms.same.Reciprocal;
import org.nd4j.linalg.indexing.conditions.Conditions;

/** Normalisations over the last axis; matrices [rows, columns]. */
final class Norms {
  /**
   * A row whose output has a squared length below this was not brought to length 1 by l2Normalize:
   * its norm was below epsilon.
   */
  private static final double UNIT = 1 - 1e-4;

  private Norms() {}

  /** Fills out, inverseScale [rows] and mean [rows]. */
  static void layerNorm(
      INDArray x,
      INDArray gain,
      INDArray bias,
      double epsilon,
      INDArray out,
      INDArray inverseScale,
      INDArray mean,
      Scratch scratch) {
    meanOfEachRow(x, mean);
    INDArray centred = scratch.like(x);
    Ops.subtractColumn(x, mean, centred);
    inverseRms(centred, epsilon, inverseScale, out);
    Ops.multiplyByColumn(centred, inverseScale, out);
    Ops.multiplyByRow(out, gain, out);
    Ops.addRow(out, bias, out);
  }

  /** Fills out and inverseScale [rows]. */
  static void rmsNorm(
      INDArray x, INDArray gain, double epsilon, INDArray out, INDArray inverseScale) {
    inverseRms(x, epsilon, inverseScale, out);
    Ops.multiplyByColumn(x, inverseScale, out);
    Ops.multiplyByRow(out, gain, out);
  }

  /**
   * The way back through layerNorm, and through rmsNorm where mean and gradBias are absent: with n
   * = (x - mean) inverseScale and g = gradOutput * gain, gradX = (g - mean(g) - n mean(g n))
   * inverseScale.
   */
  static void backward(
      INDArray gradOutput,
      INDArray x,
      INDArray gain,
      INDArray inverseScale,
      @Nullable INDArray mean,
      INDArray gradX,
      INDArray gradGain,
      @Nullable INDArray gradBias,
      Scratch scratch) {
    INDArray normalized = scratch.like(x);
    if (mean != null) {
      Ops.subtractColumn(x, mean, normalized);
      Ops.multiplyByColumn(normalized, inverseScale, normalized);
    } else {
      Ops.multiplyByColumn(x, inverseScale, normalized);
    }
    INDArray product = scratch.like(x);
    Ops.multiply(gradOutput, normalized, product);
    Reductions.sumOfRows(product, gradGain, scratch);
    if (gradBias != null) {
      Reductions.sumOfRows(gradOutput, gradBias, scratch);
    }

    INDArray rowMean = scratch.array(x.size(0));
    Ops.multiplyByRow(product, gain, product); // g n
    meanOfEachRow(product, rowMean);
    Ops.multiplyByColumn(normalized, rowMean, normalized);
    Ops.multiplyByRow(gradOutput, gain, gradX); // g
    if (mean != null) {
      meanOfEachRow(gradX, rowMean);
      Ops.subtractColumn(gradX, rowMean, gradX);
    }
    Ops.subtract(gradX, normalized, gradX);
    Ops.multiplyByColumn(gradX, inverseScale, gradX);
  }

  /** Fills out = x / max(‖x‖, epsilon) and inverseScale [rows]. */
  static void l2Normalize(INDArray x, double epsilon, INDArray out, INDArray inverseScale) {
    Ops.multiply(x, x, out);
    Ops.sumOfEachRow(out, inverseScale);
    Ops.run(new Sqrt(inverseScale, inverseScale));
    Ops.max(inverseScale, epsilon, inverseScale);
    Ops.run(new Reciprocal(inverseScale, inverseScale));
    Ops.multiplyByColumn(x, inverseScale, out);
  }

  /** (g - y (g · y)) inverseScale; a row whose norm was below epsilon was only scaled. */
  static void l2NormalizeBackward(
      INDArray gradOutput, INDArray y, INDArray inverseScale, INDArray gradX, Scratch scratch) {
    INDArray along = scratch.array(y.size(0));
    INDArray squaredLength = scratch.array(y.size(0));
    INDArray zeros = scratch.array(y.size(0));
    Ops.multiply(y, y, gradX);
    Ops.sumOfEachRow(gradX, squaredLength);
    Ops.fill(zeros, 0);
    Ops.replace(squaredLength, Conditions.lessThan(UNIT), zeros, squaredLength); // 0 or 1
    Ops.multiply(gradOutput, y, gradX);
    Ops.sumOfEachRow(gradX, along);
    Ops.multiply(along, squaredLength, along);
    Ops.multiplyByColumn(y, along, gradX);
    Ops.subtract(gradOutput, gradX, gradX);
    Ops.multiplyByColumn(gradX, inverseScale, gradX);
  }

  private static void meanOfEachRow(INDArray x, INDArray out) {
    Ops.sumOfEachRow(x, out);
    Ops.multiply(out, 1.0 / x.size(1), out);
  }

  /** out [rows] = 1 / √(mean(x²) + epsilon); squares is overwritten. */
  private static void inverseRms(INDArray x, double epsilon, INDArray out, INDArray squares) {
    Ops.multiply(x, x, squares);
    meanOfEachRow(squares, out);
    Ops.add(out, epsilon, out);
    Ops.run(new Sqrt(out, out));
    Ops.run(new Reciprocal(out, out));
  }
}
