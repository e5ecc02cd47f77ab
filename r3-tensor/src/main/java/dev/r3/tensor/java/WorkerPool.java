package dev.r3.tensor.java;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tasks of one kernel on all cores. The caller takes part; workers spin for a moment after
 * their last task, because the next kernel usually follows at once, and then sleep.
 *
 * <p>Any number of threads may call at once. A call from inside a task runs on the calling thread.
 */
final class WorkerPool implements AutoCloseable {
  private static final long SPIN_NANOS = 30_000;

  private final Worker[] workers;
  private final Queue<Job> jobs = new ConcurrentLinkedQueue<>();
  private final Set<Thread> callers = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param threads threads that compute, the caller among them; at least 1
   */
  WorkerPool(int threads) {
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i);
      workers[i].start();
    }
  }

  /** Threads that compute, the caller among them. */
  int threads() {
    return workers.length + 1;
  }

  /**
   * Runs {@code body} for 0 to tasks - 1, in any order, and returns when all are done. The first
   * exception of a task is rethrown here; tasks that have not begun by then are dropped.
   */
  void run(int tasks, IntConsumer body) {
    Thread caller = Thread.currentThread();
    if (tasks <= 1
        || workers.length == 0
        || closed
        || caller instanceof Worker
        || !callers.add(caller)) {
      for (int task = 0; task < tasks; task++) {
        body.accept(task);
      }
      return;
    }
    Job job = new Job(tasks, body, caller);
    try {
      jobs.add(job);
      for (int i = 0; i < Math.min(workers.length, tasks - 1); i++) {
        workers[i].wake();
      }
      job.work();
      jobs.remove(job);
      job.await();
    } finally {
      callers.remove(caller);
    }
    job.rethrow();
  }

  /** Ends the workers; later calls run on the calling thread. */
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  private static final class Job {
    private final int tasks;
    private final IntConsumer body;
    private final Thread caller;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger unfinished;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Job(int tasks, IntConsumer body, Thread caller) {
      this.tasks = tasks;
      this.body = body;
      this.caller = caller;
      unfinished = new AtomicInteger(tasks);
    }

    boolean hasWork() {
      return next.get() < tasks;
    }

    void work() {
      for (int task = next.getAndIncrement(); task < tasks; task = next.getAndIncrement()) {
        try {
          if (failure.get() == null) {
            body.accept(task);
          }
        } catch (Throwable thrown) { // it belongs to the caller, not to the thread it happened on
          failure.compareAndSet(null, thrown);
        } finally {
          if (unfinished.decrementAndGet() == 0) {
            LockSupport.unpark(caller);
          }
        }
      }
    }

    void await() {
      long deadline = System.nanoTime() + SPIN_NANOS;
      boolean interrupted = false;
      while (unfinished.get() > 0) {
        if (System.nanoTime() < deadline) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
          interrupted |= Thread.interrupted(); // an interrupted thread would not park again
        }
      }
      if (interrupted) {
        caller.interrupt();
      }
    }

    void rethrow() {
      Throwable thrown = failure.get();
      if (thrown instanceof RuntimeException exception) {
        throw exception;
      }
      if (thrown instanceof Error error) {
        throw error;
      }
    }
  }

  private final class Worker extends Thread {
    private volatile boolean asleep;

    Worker(int number) {
      super("r3-worker-" + (number + 1));
      setDaemon(true);
    }

    void wake() {
      if (asleep) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      long deadline = System.nanoTime() + SPIN_NANOS;
      while (!closed) {
        Job job = nextJob();
        if (job != null) {
          job.work();
          deadline = System.nanoTime() + SPIN_NANOS;
        } else if (System.nanoTime() < deadline) {
          Thread.onSpinWait();
        } else {
          asleep = true;
          if (nextJob() == null && !closed) {
            LockSupport.park(WorkerPool.this);
          }
          asleep = false;
          deadline = System.nanoTime() + SPIN_NANOS;
        }
      }
    }

    private @Nullable Job nextJob() {
      for (Job job : jobs) {
        if (job.hasWork()) {
          return job;
        }
      }
      return null;
    }
  }
}
