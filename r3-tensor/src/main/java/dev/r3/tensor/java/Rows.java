package dev.r3.tensor.java;

import dev.r3.tensor.Pooling;
import dev.r3.tensor.Sequences;
import java.util.Arrays;
import java.util.List;

/** Kernels that move and add whole rows: embeddings, pooling, rotary positions. */
final class Rows {
  /** Rotary tables grow to this many positions; later ones are computed as they come. */
  private static final int TABLE_POSITIONS = 1 << 17;

  private final Engine engine;
  private final Loops loops;

  Rows(Engine engine) {
    this.engine = engine;
    loops = engine.loops();
  }

  /** out [n, columns] = Σ_t tables[t][rows[t][i], :]. */
  void gatherSum(List<float[]> tables, List<int[]> rows, int columns, float[] out) {
    engine.parallel(
        rows.get(0).length,
        (long) columns * tables.size(),
        (from, to) -> {
          for (int i = from; i < to; i++) {
            System.arraycopy(tables.get(0), rows.get(0)[i] * columns, out, i * columns, columns);
            for (int t = 1; t < tables.size(); t++) {
              loops.addScaled(
                  1, tables.get(t), rows.get(t)[i] * columns, out, i * columns, columns);
            }
          }
        });
  }

  /** out [n, columns] = the rows of a table in fewer bits. */
  void widen(NarrowWeight table, int[] rows, float[] out) {
    int columns = table.depth();
    engine.parallel(
        rows.length,
        4L * columns,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            table.copyRow(rows[i], 0, columns, out, i * columns);
          }
        });
  }

  /**
   * target[rows[i], :] += values[i, :]. Each task owns some columns, so that repeated rows add up
   * in order and no two tasks write to one element.
   */
  void scatterAdd(float[] target, int[] rows, float[] values, int columns) {
    int chunk = 64;
    engine.parallel(
        (columns + chunk - 1) / chunk,
        (long) rows.length * chunk,
        (from, to) -> {
          int first = from * chunk;
          int width = Math.min(columns, to * chunk) - first;
          for (int i = 0; i < rows.length; i++) {
            loops.addScaled(
                1, values, i * columns + first, target, rows[i] * columns + first, width);
          }
        });
  }

  /** out row i = factors[i] * x row i. */
  void scaleRows(float[] x, float[] factors, int rows, int columns, float[] out) {
    engine.parallel(
        rows,
        columns,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            loops.scale(x, factors[row], out, row * columns, (row + 1) * columns);
          }
        });
  }

  /** x [tokens, columns] -> out [sequences, columns]. */
  void pool(Pooling pooling, float[] x, Sequences sequences, int columns, float[] out) {
    engine.parallel(
        sequences.count(),
        (long) columns * Math.max(1, sequences.tokens() / Math.max(1, sequences.count())),
        (from, to) -> {
          for (int i = from; i < to; i++) {
            int target = i * columns;
            switch (pooling) {
              case CLS -> System.arraycopy(x, sequences.start(i) * columns, out, target, columns);
              case LAST ->
                  System.arraycopy(x, (sequences.end(i) - 1) * columns, out, target, columns);
              case MEAN -> {
                Arrays.fill(out, target, target + columns, 0);
                for (int row = sequences.start(i); row < sequences.end(i); row++) {
                  loops.addScaled(1, x, row * columns, out, target, columns);
                }
                loops.scale(out, 1f / sequences.length(i), out, target, target + columns);
              }
            }
          }
        });
  }

  /** gradOutput [sequences, columns] -> gradX [tokens, columns]. */
  void poolBackward(
      Pooling pooling, float[] gradOutput, Sequences sequences, int columns, float[] gradX) {
    engine.parallel(
        sequences.count(),
        (long) columns * Math.max(1, sequences.tokens() / Math.max(1, sequences.count())),
        (from, to) -> {
          for (int i = from; i < to; i++) {
            int start = sequences.start(i) * columns;
            int end = sequences.end(i) * columns;
            Arrays.fill(gradX, start, end, 0);
            switch (pooling) {
              case CLS -> System.arraycopy(gradOutput, i * columns, gradX, start, columns);
              case LAST -> System.arraycopy(gradOutput, i * columns, gradX, end - columns, columns);
              case MEAN -> {
                float share = 1f / sequences.length(i);
                for (int row = start; row < end; row += columns) {
                  loops.addScaled(share, gradOutput, i * columns, gradX, row, columns);
                }
              }
            }
          }
        });
  }

  /** x and out [tokens, columns], columns a multiple of headSize. */
  void rotary(
      float[] x,
      int[] positions,
      int columns,
      int headSize,
      double theta,
      boolean inverse,
      float[] out) {
    int last = Arrays.stream(positions).max().orElse(0);
    float direction = inverse ? -1 : 1;
    int half = headSize / 2;
    Rotations rotations = engine.rotations();
    Rotations.Table table = rotations.table(Math.min(last + 1, TABLE_POSITIONS), headSize, theta);
    engine.parallel(
        positions.length,
        2L * columns,
        (from, to) -> {
          for (int token = from; token < to; token++) {
            Rotations.Table angles = table;
            int row = positions[token];
            if (row >= TABLE_POSITIONS) {
              angles = Rotations.single(row, headSize, theta);
              row = 0;
            }
            for (int head = 0; head < columns; head += headSize) {
              loops.rotate(
                  x,
                  token * columns + head,
                  angles.cos(),
                  angles.sin(),
                  row * half,
                  direction,
                  out,
                  half);
            }
          }
        });
  }
}
