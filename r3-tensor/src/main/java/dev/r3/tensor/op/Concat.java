package dev.r3.tensor.op;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/** Matrices one below the other: parts [*, columns] -> [sum of rows, columns]. */
public final class Concat {
  private Concat() {}

  public static Tensor apply(Pass pass, List<Tensor> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("Concat: expected at least one part, got none");
    }
    for (Tensor part : parts) {
      Require.columns("Concat", "part", part, parts.get(0).lastAxis());
    }
    return pass.record(
        pass.backend().concatRows(parts),
        parts,
        (gradOutput, gradients) -> {
          int start = 0;
          for (Tensor part : parts) {
            int[] rows = IntStream.range(start, start + part.rows()).toArray();
            gradients.add(part, () -> pass.backend().gatherSum(List.of(gradOutput), List.of(rows)));
            start += part.rows();
          }
        });
  }
}
