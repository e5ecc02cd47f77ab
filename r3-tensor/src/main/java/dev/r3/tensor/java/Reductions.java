package dev.r3.tensor.java;

import java.util.Arrays;

/** Sums, and what is made of the sums of exponentials; all matrices [rows, columns]. */
final class Reductions {
  private static final int CHUNK = 1 << 15; // elements of one partial sum
  private static final int ROW_CHUNK = 64;
  private static final int COLUMN_CHUNK = 64;

  private final Engine engine;
  private final Loops loops;

  Reductions(Engine engine) {
    this.engine = engine;
    loops = engine.loops();
  }

  /** Σ x in double. */
  double sum(float[] x, int size) {
    return total(size, (from, to) -> sum(x, from, to));
  }

  /** Σ x² in double. */
  double squaredNorm(float[] x, int size) {
    return total(size, (from, to) -> squaredNorm(x, from, to));
  }

  private interface Partial {
    double of(int from, int to);
  }

  /** The sum of the partial sums, in order: the same whatever the threads. */
  private double total(int size, Partial partial) {
    int chunks = (size + CHUNK - 1) / CHUNK;
    double[] partials = new double[chunks];
    engine.parallel(
        chunks,
        CHUNK,
        (from, to) -> {
          for (int chunk = from; chunk < to; chunk++) {
            partials[chunk] = partial.of(chunk * CHUNK, Math.min(size, (chunk + 1) * CHUNK));
          }
        });
    double total = 0;
    for (double value : partials) {
      total += value;
    }
    return total;
  }

  private static double sum(float[] x, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = from;
    for (; i <= to - 4; i += 4) {
      s0 += x[i];
      s1 += x[i + 1];
      s2 += x[i + 2];
      s3 += x[i + 3];
    }
    for (; i < to; i++) {
      s0 += x[i];
    }
    return s0 + s1 + (s2 + s3);
  }

  private static double squaredNorm(float[] x, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = from;
    for (; i <= to - 4; i += 4) {
      s0 += (double) x[i] * x[i];
      s1 += (double) x[i + 1] * x[i + 1];
      s2 += (double) x[i + 2] * x[i + 2];
      s3 += (double) x[i + 3] * x[i + 3];
    }
    for (; i < to; i++) {
      s0 += (double) x[i] * x[i];
    }
    return s0 + s1 + (s2 + s3);
  }

  /** out [columns] = the sum of the rows, in blocks so that rounding grows slowly. */
  void sumRows(float[] x, int rows, int columns, float[] out) {
    engine.parallel(
        (columns + COLUMN_CHUNK - 1) / COLUMN_CHUNK,
        (long) rows * COLUMN_CHUNK,
        (from, to) -> {
          int first = from * COLUMN_CHUNK;
          int width = Math.min(columns, to * COLUMN_CHUNK) - first;
          float[] block = engine.buffers().acquire(width);
          Arrays.fill(out, first, first + width, 0);
          for (int start = 0; start < rows; start += ROW_CHUNK) {
            Arrays.fill(block, 0, width, 0);
            for (int row = start; row < Math.min(rows, start + ROW_CHUNK); row++) {
              loops.addScaled(1, x, row * columns + first, block, 0, width);
            }
            loops.addScaled(1, block, 0, out, first, width);
          }
          engine.buffers().release(block);
        });
  }

  /** out [rows] = log Σ_j e^x_j of each row. */
  void logSumExp(float[] x, int rows, int columns, float[] out) {
    engine.parallel(
        rows,
        8L * columns,
        (from, to) -> {
          float[] exponentials = engine.buffers().acquire(columns);
          for (int row = from; row < to; row++) {
            float shift = shift(x, row * columns, columns);
            float sum = loops.exp(x, row * columns, 1, shift, exponentials, 0, columns);
            out[row] = (float) (shift + Math.log(sum));
          }
          engine.buffers().release(exponentials);
        });
  }

  /** The row's greatest element, or 0 where it is -∞: e^(-∞ - 0) is 0, not a NaN. */
  private float shift(float[] x, int offset, int columns) {
    float max = loops.max(x, offset, columns);
    return max == Float.NEGATIVE_INFINITY ? 0 : max;
  }

  /** out = softmax of each row; a row of only -∞ has no probabilities and gives 0. */
  void softmax(float[] x, int rows, int columns, float[] out) {
    engine.parallel(
        rows,
        8L * columns,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            float shift = shift(x, row * columns, columns);
            float unused = softmaxRow(x, row * columns, columns, shift, out);
          }
        });
  }

  /** Returns Σ e^(x - shift). */
  private float softmaxRow(float[] x, int offset, int columns, float shift, float[] out) {
    float sum = loops.exp(x, offset, 1, shift, out, offset, columns);
    if (sum != 0) {
      loops.scale(out, 1 / sum, out, offset, offset + columns);
    }
    return sum;
  }

  /** losses [rows] = -Σ_j y_j log softmax(x)_j; probabilities as {@link #softmax}. */
  void softmaxCrossEntropy(
      float[] logits,
      float[] targets,
      int rows,
      int columns,
      float[] losses,
      float[] probabilities) {
    engine.parallel(
        rows,
        10L * columns,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            int start = row * columns;
            float shift = shift(logits, start, columns);
            float sum = softmaxRow(logits, start, columns, shift, probabilities);
            double logSum = shift + Math.log(sum);
            double loss = 0;
            for (int i = start; i < start + columns; i++) {
              if (targets[i] != 0) { // 0 times the -∞ of a masked column would be a NaN
                loss += targets[i] * (logSum - logits[i]);
              }
            }
            losses[row] = (float) loss;
          }
        });
  }

  /** out = (p Σ_j y_j - y) gradLosses of each row. */
  void softmaxCrossEntropyBackward(
      float[] gradLosses,
      float[] targets,
      float[] probabilities,
      int rows,
      int columns,
      float[] out) {
    engine.parallel(
        rows,
        3L * columns,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            int start = row * columns;
            float mass = (float) sum(targets, start, start + columns);
            loops.scale(probabilities, mass * gradLosses[row], out, start, start + columns);
            loops.addScaled(-gradLosses[row], targets, start, out, start, columns);
          }
        });
  }
}
