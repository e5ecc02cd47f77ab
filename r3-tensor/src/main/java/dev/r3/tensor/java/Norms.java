package dev.r3.tensor.java;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Normalisations over the last axis; all matrices [rows, columns]. */
final class Norms {
  /** Rows that share one partial sum of the gain's gradient, whatever the number of threads. */
  private static final int GRADIENT_BLOCK = 64;

  private final Engine engine;
  private final Loops loops;

  Norms(Engine engine) {
    this.engine = engine;
    loops = engine.loops();
  }

  void layerNorm(
      float[] x,
      int rows,
      int columns,
      float[] gain,
      float[] bias,
      double epsilon,
      float[] out,
      float[] mean,
      float[] inverse) {
    engine.parallel(
        rows,
        4L * columns,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            mean[row] = loops.sum(x, row * columns, columns) / columns;
            inverse[row] = inverse(x, row * columns, columns, mean[row], epsilon);
            loops.normalize(x, row * columns, mean[row], inverse[row], gain, bias, out, columns);
          }
        });
  }

  /** layerNorm(x + residual). */
  void addLayerNorm(
      float[] x,
      float[] residual,
      int rows,
      int columns,
      float[] gain,
      float[] bias,
      double epsilon,
      float[] out) {
    engine.parallel(
        rows,
        4L * columns,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            int start = row * columns;
            loops.add(x, residual, out, start, start + columns);
            float mean = loops.sum(out, start, columns) / columns;
            float inverse = inverse(out, start, columns, mean, epsilon);
            loops.normalize(out, start, mean, inverse, gain, bias, out, columns);
          }
        });
  }

  void rmsNorm(
      float[] x,
      int rows,
      int columns,
      float[] gain,
      double epsilon,
      float[] out,
      float[] inverse) {
    engine.parallel(
        rows,
        4L * columns,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            inverse[row] = inverse(x, row * columns, columns, 0, epsilon);
            loops.normalize(x, row * columns, 0, inverse[row], gain, null, out, columns);
          }
        });
  }

  private float inverse(float[] x, int offset, int columns, float mean, double epsilon) {
    double variance = (double) loops.squaredDeviations(x, offset, columns, mean) / columns;
    return (float) (1 / Math.sqrt(variance + epsilon));
  }

  /**
   * The way back through layerNorm, and through rmsNorm where mean and gradBias are absent.
   *
   * @param gradGain [columns], replaced; gradBias likewise
   */
  void backward(
      float[] gradOutput,
      float[] x,
      int rows,
      int columns,
      float[] gain,
      float @Nullable [] mean,
      float[] inverse,
      float[] gradX,
      float[] gradGain,
      float @Nullable [] gradBias) {
    int blocks = (rows + GRADIENT_BLOCK - 1) / GRADIENT_BLOCK;
    float[] gains = engine.buffers().acquire(blocks * columns); // a partial sum for each block
    float[] biases = gradBias == null ? null : engine.buffers().acquire(blocks * columns);
    engine.parallel(
        blocks,
        8L * columns * GRADIENT_BLOCK,
        (from, to) -> {
          float[] gainSum = engine.buffers().acquire(columns);
          float[] biasSum = biases == null ? null : engine.buffers().acquire(columns);
          for (int block = from; block < to; block++) {
            Arrays.fill(gainSum, 0, columns, 0);
            if (biasSum != null) {
              Arrays.fill(biasSum, 0, columns, 0);
            }
            int end = Math.min(rows, (block + 1) * GRADIENT_BLOCK);
            for (int row = block * GRADIENT_BLOCK; row < end; row++) {
              loops.normalizeBackward(
                  gradOutput,
                  x,
                  row * columns,
                  mean == null ? 0 : mean[row],
                  inverse[row],
                  gain,
                  gradX,
                  gainSum,
                  biasSum,
                  columns);
            }
            System.arraycopy(gainSum, 0, gains, block * columns, columns);
            if (biases != null && biasSum != null) {
              System.arraycopy(biasSum, 0, biases, block * columns, columns);
            }
          }
          engine.buffers().release(gainSum);
          if (biasSum != null) {
            engine.buffers().release(biasSum);
          }
        });
    Reductions reductions = new Reductions(engine);
    reductions.sumRows(gains, blocks, columns, gradGain);
    engine.buffers().release(gains);
    if (biases != null && gradBias != null) {
      reductions.sumRows(biases, blocks, columns, gradBias);
      engine.buffers().release(biases);
    }
  }

  /** out = x / max(‖x‖, epsilon); inverse [rows] receives what each row was multiplied by. */
  void l2Normalize(float[] x, int rows, int columns, double epsilon, float[] out, float[] inverse) {
    engine.parallel(
        rows,
        3L * columns,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            int start = row * columns;
            double norm = Math.sqrt(loops.dot(x, start, x, start, columns));
            inverse[row] = (float) (1 / Math.max(norm, epsilon));
            loops.scale(x, inverse[row], out, start, start + columns);
          }
        });
  }

  /** (g - y (g · y)) inverse; where the norm was below epsilon the row was only scaled. */
  void l2NormalizeBackward(
      float[] gradOutput, float[] y, float[] inverse, int rows, int columns, float[] gradX) {
    engine.parallel(
        rows,
        4L * columns,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            int start = row * columns;
            loops.scale(gradOutput, inverse[row], gradX, start, start + columns);
            boolean unit = loops.dot(y, start, y, start, columns) > 1 - 1e-4f;
            if (unit) {
              float along = loops.dot(gradOutput, start, y, start, columns);
              loops.addScaled(-along * inverse[row], y, start, gradX, start, columns);
            }
          }
        });
  }
}
