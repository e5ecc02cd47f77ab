package dev.r3.tensor.op;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/** Chosen rows of a matrix, repeats allowed: x [rows, columns] and n indices -> [n, columns]. */
public final class Gather {
  private Gather() {}

  public static Tensor apply(Pass pass, Tensor x, int... rows) {
    return Embedding.apply(pass, List.of(x), List.of(rows));
  }
}
