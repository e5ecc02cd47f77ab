package dev.r3.transformer.layer;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Reshape;
import dev.r3.tensor.op.Rotary;

/**
 * The queries or the keys of Qwen3's attention: a projection whose every head is normalised by
 * itself and then turned by its position.
 *
 * @param dense [heads * headSize, hidden]
 * @param norm over headSize
 * @param theta base of the rotary angles
 */
public record RotaryHeads(Dense dense, RootMeanSquareNorm norm, double theta) {

  /** x [tokens, hidden], positions [tokens] -> [tokens, heads * headSize]. */
  public Tensor apply(Pass pass, Tensor x, int[] positions) {
    int headSize = norm.gain().value().size();
    Tensor projected = dense.apply(pass, x); // [tokens, heads * headSize]
    int rows = projected.rows();
    int width = projected.lastAxis();
    Tensor heads = Reshape.apply(pass, projected, rows * (width / headSize), headSize);
    Tensor normed = Reshape.apply(pass, norm.apply(pass, heads), rows, width);
    return Rotary.apply(pass, normed, positions, headSize, theta);
  }
}
