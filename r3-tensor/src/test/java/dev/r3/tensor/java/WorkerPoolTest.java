package dev.r3.tensor.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerPoolTest {
  @Test
  void everyTaskRunsOnce() {
    for (int threads = 1; threads <= 4; threads++) {
      try (WorkerPool pool = new WorkerPool(threads)) {
        for (int tasks : new int[] {0, 1, 2, 3, 100}) {
          for (int round = 0; round < 200; round++) {
            AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
            pool.run(tasks, runs::incrementAndGet);
            for (int i = 0; i < tasks; i++) {
              assertThat(runs.get(i)).isEqualTo(1);
            }
          }
        }
      }
    }
  }

  @Test
  void workersTakePart() {
    try (WorkerPool pool = new WorkerPool(3)) {
      CountDownLatch together = new CountDownLatch(3);
      Set<Thread> threads = ConcurrentHashMap.newKeySet();
      pool.run(
          3,
          task -> {
            threads.add(Thread.currentThread());
            together.countDown();
            try {
              together.await(); // passes only when three threads are here
            } catch (InterruptedException impossible) {
              throw new AssertionError(impossible);
            }
          });
      assertThat(threads).hasSize(3).contains(Thread.currentThread());
    }
  }

  @Test
  void theFirstExceptionReachesTheCallerAndThePoolGoesOn() {
    try (WorkerPool pool = new WorkerPool(2)) {
      for (int round = 0; round < 50; round++) {
        assertThatThrownBy(
                () ->
                    pool.run(
                        10,
                        task -> {
                          if (task == 3) {
                            throw new IllegalArgumentException("task 3");
                          }
                        }))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("task 3");
        assertThatThrownBy(
                () ->
                    pool.run(
                        2,
                        task -> {
                          throw new StackOverflowError();
                        }))
            .isInstanceOf(StackOverflowError.class);
      }
      AtomicInteger count = new AtomicInteger();
      pool.run(5, task -> count.incrementAndGet());
      assertThat(count).hasValue(5);
    }
  }

  @Test
  void aCallFromInsideATaskRunsOnItsThread() {
    try (WorkerPool pool = new WorkerPool(3)) {
      AtomicInteger count = new AtomicInteger();
      pool.run(
          6,
          task -> {
            Thread outer = Thread.currentThread();
            pool.run(
                4,
                inner -> {
                  assertThat(Thread.currentThread()).isSameAs(outer);
                  count.incrementAndGet();
                });
          });
      assertThat(count).hasValue(24);
    }
  }

  @Test
  void manyCallersShareIt() throws InterruptedException {
    try (WorkerPool pool = new WorkerPool(3)) {
      AtomicInteger count = new AtomicInteger();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Thread caller =
            new Thread(
                () -> {
                  for (int round = 0; round < 500; round++) {
                    pool.run(7, task -> count.incrementAndGet());
                  }
                });
        caller.start();
        callers.add(caller);
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(count).hasValue(4 * 500 * 7);
    }
  }

  @Test
  void aSleepingPoolWakesUp() throws InterruptedException {
    try (WorkerPool pool = new WorkerPool(2)) {
      for (int round = 0; round < 20; round++) {
        Thread.sleep(5); // longer than workers spin
        AtomicInteger count = new AtomicInteger();
        pool.run(4, task -> count.incrementAndGet());
        assertThat(count).hasValue(4);
      }
    }
  }

  @Test
  void anInterruptedCallerFinishesAndStaysInterrupted() {
    try (WorkerPool pool = new WorkerPool(2)) {
      Thread.currentThread().interrupt();
      AtomicInteger count = new AtomicInteger();
      pool.run(
          2,
          task -> {
            long end = System.nanoTime() + 2_000_000;
            while (System.nanoTime() < end) {
              Thread.onSpinWait();
            }
            count.incrementAndGet();
          });
      assertThat(count).hasValue(2);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aClosedPoolRunsOnTheCaller() {
    WorkerPool pool = new WorkerPool(2);
    pool.close();
    AtomicInteger count = new AtomicInteger();
    pool.run(3, task -> count.incrementAndGet());
    assertThat(count).hasValue(3);
  }
}
