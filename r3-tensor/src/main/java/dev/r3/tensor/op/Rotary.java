package dev.r3.tensor.op;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/**
 * Rotary position embedding (Su et al. 2021), half-split as Hugging Face writes it: pair (x_i, x_{i
 * + headSize/2}) of every head turns by position / theta^(2i / headSize).
 *
 * <p>x [tokens, heads * headSize], positions [tokens] -> the shape of x.
 */
public final class Rotary {
  private Rotary() {}

  public static Tensor apply(Pass pass, Tensor x, int[] positions, int headSize, double theta) {
    Require.matrix("Rotary", "input", x);
    if (headSize % 2 != 0 || x.lastAxis() % headSize != 0 || positions.length != x.rows()) {
      throw new IllegalArgumentException(
          "Rotary: expected an even headSize that divides the input's columns and a position a row,"
              + " got input "
              + x.shape()
              + ", headSize "
              + headSize
              + ", "
              + positions.length
              + " positions");
    }
    return pass.record(
        pass.backend().rotary(x, positions, headSize, theta, false),
        List.of(x),
        (gradOutput, gradients) ->
            gradients.add(
                x, () -> pass.backend().rotary(gradOutput, positions, headSize, theta, true)));
  }
}
