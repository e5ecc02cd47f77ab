package dev.r3.tensor.java;

import java.util.function.IntConsumer;

/** What all scopes of one root share: kernels, threads, used memory. */
final class Engine implements AutoCloseable {
  private static final long TASK_WORK = 16_384; // elementary steps worth a task

  private final Kernels kernels;
  private final WorkerPool workers;
  private final FloatPool buffers;
  private final Gemm gemm;
  private final Rotations rotations = new Rotations();

  /**
   * @param threads threads that compute, at least 1
   */
  Engine(Kernels kernels, int threads) {
    this.kernels = kernels;
    workers = new WorkerPool(threads);
    // a quarter of the heap, in floats
    buffers = new FloatPool(Runtime.getRuntime().maxMemory() / 4 / Float.BYTES);
    gemm = new Gemm(kernels, workers, buffers);
  }

  Kernels kernels() {
    return kernels;
  }

  Loops loops() {
    return kernels.loops();
  }

  WorkerPool workers() {
    return workers;
  }

  FloatPool buffers() {
    return buffers;
  }

  Gemm gemm() {
    return gemm;
  }

  Rotations rotations() {
    return rotations;
  }

  /** A part of a loop. */
  interface Range {
    void run(int from, int to);
  }

  /**
   * Runs a loop over n items in consecutive parts on all cores.
   *
   * @param stepsEach elementary steps that an item takes: little work is not worth a second thread
   */
  void parallel(int n, long stepsEach, Range body) {
    long wanted = Math.min(4L * workers.threads(), n * stepsEach / TASK_WORK);
    if (wanted <= 1 || workers.threads() == 1) {
      if (n > 0) {
        body.run(0, n);
      }
      return;
    }
    int parts = (int) Math.min(wanted, n);
    workers.run(
        parts, part -> body.run((int) ((long) part * n / parts), (int) ((part + 1L) * n / parts)));
  }

  /** A part of a loop that needs {@link Loops#SCRATCH} floats of its own. */
  interface ScratchRange {
    void run(int from, int to, float[] scratch);
  }

  /** {@link #parallel} with scratch memory for each part. */
  void parallelWithScratch(int n, long stepsEach, ScratchRange body) {
    parallel(
        n,
        stepsEach,
        (from, to) -> {
          float[] scratch = buffers.acquire(Loops.SCRATCH);
          body.run(from, to, scratch);
          buffers.release(scratch);
        });
  }

  /**
   * Runs tasks of unequal size on all cores.
   *
   * @param work multiply-adds of all together: little is not worth a second thread
   */
  void each(int tasks, long work, IntConsumer body) {
    if (work < 8 * TASK_WORK) {
      for (int task = 0; task < tasks; task++) {
        body.accept(task);
      }
    } else {
      workers.run(tasks, body);
    }
  }

  @Override
  public void close() {
    workers.close();
  }
}
