package dev.r3.tensor.op;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/** Sets the marked elements to -∞, so that a softmax gives them probability and gradient 0. */
public final class Mask {
  private Mask() {}

  /**
   * @param x [rows, columns]
   * @param masked which elements to leave out, row by row
   */
  public static Tensor apply(Pass pass, Tensor x, boolean[][] masked) {
    Require.matrix("Mask", "input", x);
    int columns = x.lastAxis();
    if (masked.length != x.rows()) {
      throw new IllegalArgumentException(
          "Mask: expected " + x.rows() + " rows of marks, got " + masked.length);
    }
    float[] penalty = new float[x.size()]; // 0 or -∞
    for (int row = 0; row < masked.length; row++) {
      if (masked[row].length != columns) {
        throw new IllegalArgumentException(
            "Mask: expected " + columns + " marks in row " + row + ", got " + masked[row].length);
      }
      for (int column = 0; column < columns; column++) {
        if (masked[row][column]) {
          penalty[row * columns + column] = Float.NEGATIVE_INFINITY;
        }
      }
    }
    return pass.record(
        pass.backend().add(x, pass.backend().tensor(x.shape(), penalty)),
        List.of(x),
        (gradOutput, gradients) -> gradients.add(x, gradOutput)); // softmax gives masked columns 0
  }
}
