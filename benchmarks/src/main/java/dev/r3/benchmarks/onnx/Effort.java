package dev.r3.benchmarks.onnx;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How much to measure.
 *
 * @param rounds values of each engine, by turns
 * @param millis how long one value takes at least
 * @param warmupMillis how long each engine runs before
 * @param clock what is measured
 */
record Effort(int rounds, int millis, int warmupMillis, Clock clock) {
  /** What a measurement reads before and after. */
  enum Clock {
    /** The time that users wait. */
    ELAPSED,

    /**
     * The time of all threads of this process together: says which engine works more even while the
     * machine is busy with something else.
     */
    CPU;

    long nanos() {
      return this == ELAPSED
          ? System.nanoTime()
          : ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
  }

  Effort {
    if (rounds < 1 || millis < 1 || warmupMillis < 1) {
      throw new IllegalArgumentException(
          "Effort: expected at least 1 round and 1 ms, got "
              + rounds
              + " rounds of "
              + millis
              + " ms after "
              + warmupMillis
              + " ms");
    }
  }
}
