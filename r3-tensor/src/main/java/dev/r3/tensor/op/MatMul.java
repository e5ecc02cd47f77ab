package dev.r3.tensor.op;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/** Matrix products of two computed matrices; for weights use {@link Linear}. */
public final class MatMul {
  private MatMul() {}

  /** a [m, k], b [k, n] -> a b [m, n]. */
  public static Tensor apply(Pass pass, Tensor a, Tensor b) {
    Require.matrix("MatMul", "left", a);
    Require.matrix("MatMul", "right", b);
    if (a.lastAxis() != b.rows()) {
      throw new IllegalArgumentException(
          "MatMul: expected [m, k] x [k, n], got " + a.shape() + " x " + b.shape());
    }
    return pass.record(
        pass.backend().matMul(a, false, b, false),
        List.of(a, b),
        (gradOutput, gradients) -> { // gradOutput [m, n]
          gradients.add(a, () -> pass.backend().matMul(gradOutput, false, b, true)); // [m, k]
          gradients.add(b, () -> pass.backend().matMul(a, true, gradOutput, false)); // [k, n]
        });
  }

  /** a [m, k], b [n, k] -> a bᵀ [m, n]: all dot products of two sets of vectors. */
  public static Tensor transposedRight(Pass pass, Tensor a, Tensor b) {
    Require.matrix("MatMul.transposedRight", "left", a);
    Require.columns("MatMul.transposedRight", "right", b, a.lastAxis());
    return pass.record(
        pass.backend().matMul(a, false, b, true),
        List.of(a, b),
        (gradOutput, gradients) -> { // gradOutput [m, n]
          gradients.add(a, () -> pass.backend().matMul(gradOutput, false, b, false)); // [m, k]
          gradients.add(b, () -> pass.backend().matMul(gradOutput, true, a, false)); // [n, k]
        });
  }
}
