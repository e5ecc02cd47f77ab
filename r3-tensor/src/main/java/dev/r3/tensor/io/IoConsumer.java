package dev.r3.tensor.io;

import java.io.IOException;

/** Uses a value and may fail with an {@link IOException}. */
@FunctionalInterface
public interface IoConsumer<T> {
  void accept(T value) throws IOException;
}
