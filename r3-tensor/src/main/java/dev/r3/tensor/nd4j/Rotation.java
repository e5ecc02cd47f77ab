package dev.r3.tensor.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Cos;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sin;

/** Rotary position embedding. */
final class Rotation {
  private Rotation() {}

  /**
   * Multiplies every head of a token by e^(i angle), seen as complex numbers whose real parts are
   * the head's first half.
   *
   * @param x [tokens, heads * headSize]; out likewise
   */
  static void rotate(
      INDArray x,
      int[] positions,
      int headSize,
      double theta,
      boolean inverse,
      INDArray out,
      Scratch scratch) {
    int tokens = positions.length;
    int heads = (int) x.size(1) / headSize;
    int half = headSize / 2;
    INDArray angles = angles(positions, half, theta, inverse, scratch); // [tokens, half]
    INDArray cosines = scratch.array(tokens, half);
    INDArray sines = scratch.array(tokens, half);
    INDArray temporary = scratch.doubles(tokens, half);
    Ops.run(new Cos(angles, temporary));
    Ops.copy(temporary, cosines);
    Ops.run(new Sin(angles, temporary));
    Ops.copy(temporary, sines);

    int rows = tokens * heads;
    INDArray real = scratch.array(rows, half);
    INDArray imaginary = scratch.array(rows, half);
    INDArray halves = Ops.view(x, 0, 2L * rows, half); // each head's halves, one below the other
    INDArray evens = scratch.indices(everyRow(rows, 2, 0));
    INDArray odds = scratch.indices(everyRow(rows, 2, 1));
    Ops.gather(halves, evens, real);
    Ops.gather(halves, odds, imaginary);
    INDArray tokenOfRow = scratch.indices(repeated(tokens, heads));
    INDArray cosine = scratch.array(rows, half);
    INDArray sine = scratch.array(rows, half);
    Ops.gather(cosines, tokenOfRow, cosine);
    Ops.gather(sines, tokenOfRow, sine);

    INDArray turned = scratch.array(2L * rows, half); // all real halves, then all imaginary ones
    INDArray turnedReal = Ops.view(turned, 0, rows, half);
    INDArray turnedImaginary = Ops.view(turned, (long) rows * half, rows, half);
    INDArray product = scratch.array(rows, half);
    Ops.multiply(real, cosine, turnedReal);
    Ops.multiply(imaginary, sine, product);
    Ops.subtract(turnedReal, product, turnedReal);
    Ops.multiply(imaginary, cosine, turnedImaginary);
    Ops.multiply(real, sine, product);
    Ops.add(turnedImaginary, product, turnedImaginary);
    Ops.gather(turned, scratch.indices(interleaved(rows)), Ops.view(out, 0, 2L * rows, half));
  }

  /**
   * position / theta^(2i / headSize), in double: a float angle is off by 1e-3 at position 10,000.
   */
  private static INDArray angles(
      int[] positions, int half, double theta, boolean inverse, Scratch scratch) {
    double[] turns = new double[positions.length];
    for (int i = 0; i < turns.length; i++) {
      turns[i] = inverse ? -positions[i] : positions[i];
    }
    double[] frequencies = new double[half];
    for (int i = 0; i < half; i++) {
      frequencies[i] = Math.pow(theta, -(double) i / half);
    }
    INDArray angles = scratch.doubles(positions.length, half);
    Ops.matMul(
        Ops.view(scratch.copy(turns), 0, positions.length, 1),
        false,
        Ops.view(scratch.copy(frequencies), 0, 1, half),
        false,
        angles);
    return angles;
  }

  private static int[] everyRow(int count, int step, int first) {
    int[] rows = new int[count];
    for (int i = 0; i < count; i++) {
      rows[i] = first + step * i;
    }
    return rows;
  }

  /** 0 heads times, then 1 heads times, and so on. */
  private static int[] repeated(int tokens, int heads) {
    int[] rows = new int[tokens * heads];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i / heads;
    }
    return rows;
  }

  /** 0, rows, 1, rows + 1, and so on. */
  private static int[] interleaved(int rows) {
    int[] order = new int[2 * rows];
    for (int i = 0; i < rows; i++) {
      order[2 * i] = i;
      order[2 * i + 1] = rows + i;
    }
    return order;
  }
}
