package dev.r3.tensor.java;

import dev.r3.tensor.Activation;
import dev.r3.tensor.WeightFormat;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products after Goto and van de Geijn (2008): the right side packed into panels, a register
 * tile swept over row blocks, depth in slices so that a panel's slice stays in the second-level
 * cache.
 *
 * <p>Every element is one chain of fused multiply-adds over depth, whatever the tile, the blocks
 * and the threads: a row's result does not depend on the other rows.
 */
final class Gemm {
  private static final int DEPTH_SLICE = 1024;
  private static final int ROW_BLOCK = 128;

  /** For so few rows a weight in 8 bits is widened in slices that the first cache holds. */
  private static final int FEW_ROWS = 48;

  private static final int FEW_ROWS_SLICE = 128;
  private static final int PACKED_FLOATS = 1 << 22; // of a right side that is packed for one call
  private static final long TASK_WORK = 200_000; // multiply-adds worth a task

  private final Tile tile;
  private final Loops loops;
  private final WorkerPool workers;
  private final FloatPool buffers;

  Gemm(Kernels kernels, WorkerPool workers, FloatPool buffers) {
    tile = kernels.tile();
    loops = kernels.loops();
    this.workers = workers;
    this.buffers = buffers;
  }

  /** Floats that the panels of a [depth, columns] matrix take. */
  int packedSize(int depth, int columns) {
    return Math.multiplyExact(depth, paddedColumns(columns));
  }

  /** The columns of all panels, padding included. */
  int paddedColumns(int columns) {
    return panelCount(columns) * tile.columns();
  }

  /** Panels that a matrix of so many columns takes. */
  int panelCount(int columns) {
    return (columns + tile.columns() - 1) / tile.columns();
  }

  // ---- packing

  /** Packs {@code b} with all cores. */
  void packAll(Matrix b, Panels panels) {
    int count = panelCount(panels.columns());
    long work = (long) panels.depth() * panels.columns();
    int tasks = (int) Math.min(count, Math.min(4L * workers.threads(), 1 + work / 50_000));
    workers.run(
        tasks,
        task -> {
          packPanels(b, panels, task * count / tasks, (task + 1) * count / tasks);
        });
    panels.validate();
  }

  /**
   * Packs {@code b} [depth, columns] on this thread.
   *
   * @param to room for {@link #packedSize} floats
   */
  Panels pack(Matrix b, int depth, int columns, float[] to) {
    Panels panels = new Panels(to, depth, columns);
    packPanels(b, panels, 0, panelCount(columns));
    return panels;
  }

  /** 16 steps of depth at a time: a cache line of each column, or some rows side by side. */
  private void packPanels(Matrix b, Panels panels, int first, int end) {
    for (int p = 0; p < panels.depth(); p += 16) {
      int steps = Math.min(16, panels.depth() - p);
      for (int panel = first; panel < end; panel++) {
        packSteps(b, panels, panel, p, steps);
      }
    }
  }

  private void packSteps(Matrix b, Panels panels, int panel, int p, int steps) {
    int width = tile.columns();
    int column = panel * width;
    int columns = Math.min(width, panels.columns() - column);
    float[] to = panels.data();
    int start = (panel * panels.depth() + p) * width;
    int from = b.offset() + p * b.rowStride() + column * b.columnStride();
    if (b.columnStride() == 1) {
      for (int i = 0; i < steps; i++) {
        System.arraycopy(b.data(), from + i * b.rowStride(), to, start + i * width, columns);
      }
    } else {
      for (int j = 0; j < columns; j++) {
        transpose(
            b.data(), from + j * b.columnStride(), b.rowStride(), to, start + j, width, steps);
      }
    }
    if (columns < width) {
      for (int i = 0; i < steps; i++) {
        Arrays.fill(to, start + i * width + columns, start + (i + 1) * width, 0);
      }
    }
  }

  private static void transpose(
      float[] from, int fromOffset, int fromStride, float[] to, int toOffset, int toStride, int n) {
    for (int i = 0; i < n; i++) {
      to[toOffset + i * toStride] = from[fromOffset + i * fromStride];
    }
  }

  // ---- products

  /**
   * c = activation(a b + bias) with all cores; c is dense.
   *
   * @param rows of a and c; b says the rest
   * @param bias added to every row, or none
   */
  void multiplyAll(
      int rows, Matrix a, RightSide b, float[] c, float @Nullable [] bias, Activation activation) {
    int columns = b.columns();
    grid(
        rows,
        b,
        (firstRow, endRow, firstPanel, endPanel) -> {
          int from = firstPanel * tile.columns();
          int to = Math.min(columns, endPanel * tile.columns());
          if (bias != null) {
            for (int row = firstRow; row < endRow; row++) {
              System.arraycopy(bias, from, c, row * columns + from, to - from);
            }
          }
          block(firstRow, endRow, a, b, firstPanel, endPanel, c, bias != null);
          if (activation != Activation.IDENTITY) {
            float[] scratch = buffers.acquire(Loops.SCRATCH);
            for (int row = firstRow; row < endRow; row++) {
              loops.activate(activation, c, c, scratch, row * columns + from, row * columns + to);
            }
            buffers.release(scratch);
          }
        });
  }

  /** c = a b with all cores where b is used once; c [rows, columns] is dense. */
  void multiplyAll(int rows, int columns, int depth, Matrix a, Matrix b, float[] c) {
    if (depth == 0) {
      Arrays.fill(c, 0, rows * columns, 0);
      return;
    }
    int slice = Math.max(1, PACKED_FLOATS / Math.max(1, DEPTH_SLICE * paddedColumns(columns)));
    slice = Math.min(depth, slice * DEPTH_SLICE);
    float[] buffer = buffers.acquire(packedSize(slice, columns));
    try {
      for (int p = 0; p < depth; p += slice) {
        Panels panels = new Panels(buffer, Math.min(slice, depth - p), columns);
        packAll(b.from(p, 0), panels);
        Matrix left = a.from(0, p);
        boolean accumulate = p > 0;
        grid(
            rows,
            panels,
            (firstRow, endRow, firstPanel, endPanel) ->
                block(firstRow, endRow, left, panels, firstPanel, endPanel, c, accumulate));
      }
    } finally {
      buffers.release(buffer);
    }
  }

  private interface Block {
    void run(int firstRow, int endRow, int firstPanel, int endPanel);
  }

  /** Cuts the result into blocks of rows, and those into groups of panels where rows are few. */
  private void grid(int rows, RightSide b, Block block) {
    int panels = panelCount(b.columns());
    int rowBlocks = (rows + ROW_BLOCK - 1) / ROW_BLOCK;
    if (rowBlocks == 0 || panels == 0) {
      return;
    }
    int tilesEach = (rows + tile.rows() * rowBlocks - 1) / (tile.rows() * rowBlocks);
    int rowsEach = tilesEach * tile.rows();
    long work = (long) rows * b.columns() * b.depth();
    long wanted = workers.threads() == 1 ? 1 : Math.min(4L * workers.threads(), work / TASK_WORK);
    int groups = (int) Math.max(1, Math.min(panels, (wanted + rowBlocks - 1) / rowBlocks));
    int blocks = (rows + rowsEach - 1) / rowsEach;
    workers.run(
        blocks * groups,
        task -> {
          int firstRow = task / groups * rowsEach;
          int group = task % groups;
          block.run(
              firstRow,
              Math.min(rows, firstRow + rowsEach),
              group * panels / groups,
              (group + 1) * panels / groups);
        });
  }

  private void block(
      int firstRow,
      int endRow,
      Matrix a,
      RightSide b,
      int firstPanel,
      int endPanel,
      float[] c,
      boolean accumulate) {
    Matrix to = new Matrix(c, firstRow * b.columns(), b.columns(), 1);
    multiply(
        endRow - firstRow, b.depth(), a.from(firstRow, 0), b, firstPanel, endPanel, to, accumulate);
  }

  /**
   * c (=|+=) a b on this thread, for a block of at most some hundred rows.
   *
   * @param a of contiguous rows or, transposed, of contiguous columns
   * @param depth how much of b's depth to use, from its beginning
   * @param firstPanel the first panel of b to use
   * @param endPanel one past the last
   * @param c where b's first column goes; panels before firstPanel are left alone
   */
  void multiply(
      int rows,
      int depth,
      Matrix a,
      RightSide b,
      int firstPanel,
      int endPanel,
      Matrix c,
      boolean accumulate) {
    int width = tile.columns();
    int height = tile.rows();
    boolean ragged = endPanel * width > b.columns();
    NarrowWeight narrow = b instanceof NarrowWeight weight ? weight : null;
    NarrowWeight paired = // two steps of depth in an int: the tile widens them in registers
        narrow != null && narrow.format() == WeightFormat.BFLOAT16 ? narrow : null;
    int step = narrow != paired && rows <= FEW_ROWS ? FEW_ROWS_SLICE : DEPTH_SLICE;
    float[] right = b instanceof Panels panels ? panels.data() : buffers.acquire(step * width);
    float[] edge = ragged ? buffers.acquire(height * width) : right;
    // columns far apart would miss the cache in every step of depth
    boolean repack = a.columnStride() != 1 && (endPanel - firstPanel) > 2;
    int leftStride = ((rows + 15) / 16 | 1) * 16; // an odd number of cache lines
    float[] leftBuffer =
        repack ? buffers.acquire(leftStride * Math.min(depth, step) + height) : a.data();
    for (int p = 0; p < depth || p == 0; p += step) {
      int slice = Math.min(step, depth - p);
      Matrix left = a;
      int leftStart = a.offset() + p * a.columnStride();
      int leftTile = height * a.rowStride();
      if (repack) {
        copyRows(slice, rows, a.data(), leftStart, a.columnStride(), leftBuffer, 0, leftStride);
        left = new Matrix(leftBuffer, 0, 1, leftStride);
        leftStart = 0;
        leftTile = height;
      }
      boolean add = accumulate || p > 0;
      for (int panel = firstPanel; panel < endPanel; panel++) {
        int panelStart = (panel * b.depth() + p) * width;
        if (narrow != null && (paired == null || slice % 2 != 0)) {
          narrow.widen(loops, panel, p, slice, right);
          panelStart = 0;
        }
        int columns = Math.min(width, b.columns() - panel * width);
        boolean whole = columns == width;
        float[] to = whole ? c.data() : edge;
        int toStride = whole ? c.rowStride() : width;
        for (int row = 0; row < rows; row += height) {
          int some = Math.min(height, rows - row);
          int from = leftStart + row / height * leftTile;
          int place = c.offset() + row * c.rowStride() + panel * width;
          int toStart = whole ? place : 0;
          if (!whole && add) {
            copyRows(some, columns, c.data(), place, c.rowStride(), edge, 0, width);
          }
          if (paired != null && slice % 2 == 0) {
            int[] pairs = paired.data();
            int start = paired.start(panel, p);
            tile.multiplyBfloat16(
                some, slice / 2, left, from, pairs, start, to, toStart, toStride, add);
          } else {
            tile.multiply(some, slice, left, from, right, panelStart, to, toStart, toStride, add);
          }
          if (!whole) {
            copyRows(some, columns, edge, 0, width, c.data(), place, c.rowStride());
          }
        }
      }
    }
    if (narrow != null) {
      buffers.release(right);
    }
    if (ragged) {
      buffers.release(edge);
    }
    if (repack) {
      buffers.release(leftBuffer);
    }
  }

  private static void copyRows(
      int rows,
      int columns,
      float[] from,
      int fromOffset,
      int fromStride,
      float[] to,
      int toOffset,
      int toStride) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(from, fromOffset + i * fromStride, to, toOffset + i * toStride, columns);
    }
  }
}
