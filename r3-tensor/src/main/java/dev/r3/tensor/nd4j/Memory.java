package dev.r3.tensor.nd4j;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Arrays that scopes and kernels borrow and give back. Fresh native memory costs more than most
 * kernels that fill it (page faults), so what one pass gives back serves the next.
 *
 * <p>Every scope borrows through a memory of its own, which returns everything to the root's when
 * the scope closes: inside a scope an array passes from kernel to kernel of one thread, so nobody
 * need wait for the device. Lengths are rounded up to one of eight steps an octave, so that batches
 * of slightly different sizes share arrays. When more lies idle in the root's memory than was ever
 * in use at once, everything idle is freed.
 */
final class Memory {
  private static final int STEPS_AN_OCTAVE = 8;

  private record Kind(DataType type, long length) {}

  private final @Nullable Memory source;
  private final Map<Kind, Deque<INDArray>> idle = new HashMap<>();
  private long idleBytes;
  private long usedBytes;
  private long mostUsedBytes;

  /**
   * @param source where arrays come from and return to; null for the root's memory
   */
  Memory(@Nullable Memory source) {
    this.source = source;
  }

  /** An array of at least {@code length} elements whose contents are arbitrary. */
  synchronized INDArray acquire(DataType type, long length) {
    Kind kind = new Kind(type, capacity(length));
    Deque<INDArray> fitting = idle.get(kind);
    INDArray array = fitting == null ? null : fitting.poll();
    if (array != null) {
      idleBytes -= bytes(array);
    } else {
      array = source == null ? allocate(kind) : source.acquire(type, length);
    }
    usedBytes += bytes(array);
    mostUsedBytes = Math.max(mostUsedBytes, usedBytes);
    return array;
  }

  /** Takes back an array that came from {@link #acquire} and that nothing reads any more. */
  synchronized void release(INDArray array) {
    usedBytes -= bytes(array);
    idleBytes += bytes(array);
    idle.computeIfAbsent(new Kind(array.dataType(), array.length()), kind -> new ArrayDeque<>())
        .push(array);
    if (source == null && idleBytes > mostUsedBytes) {
      free();
    }
  }

  /** Returns everything that lies idle here to the source. */
  synchronized void drain(Memory source) {
    for (Deque<INDArray> arrays : idle.values()) {
      arrays.forEach(source::release);
    }
    idle.clear();
    idleBytes = 0;
  }

  /** Forgets an array that came from {@link #acquire}: it now lives as long as it is reachable. */
  synchronized void giveAway(INDArray array) {
    usedBytes -= bytes(array);
    if (source != null) {
      source.giveAway(array);
    }
  }

  /** Counts an array that another memory gave away as acquired here. */
  synchronized void adopt(INDArray array) {
    usedBytes += bytes(array);
    if (source != null) {
      source.adopt(array);
    }
  }

  /** Frees everything that lies idle. */
  synchronized void free() {
    for (Deque<INDArray> arrays : idle.values()) {
      for (INDArray array : arrays) {
        array.close();
      }
    }
    idle.clear();
    idleBytes = 0;
  }

  private INDArray allocate(Kind kind) {
    try {
      return Nd4j.createUninitialized(kind.type(), kind.length());
    } catch (OutOfMemoryError full) {
      free();
      return Nd4j.createUninitialized(kind.type(), kind.length());
    }
  }

  private static long bytes(INDArray array) {
    return array.length() * array.dataType().width();
  }

  /** The next step at or above {@code length}: 16, 18, 20 to 30, 32, 36, 40 and so on. */
  static long capacity(long length) {
    long least = Math.max(length, 2 * STEPS_AN_OCTAVE);
    long step = Long.highestOneBit(least) / STEPS_AN_OCTAVE;
    return (least + step - 1) / step * step;
  }
}
