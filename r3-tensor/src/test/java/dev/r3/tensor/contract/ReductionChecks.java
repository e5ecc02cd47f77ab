package dev.r3.tensor.contract;

import dev.r3.tensor.Backend;
import dev.r3.tensor.CrossEntropy;
import dev.r3.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Sums, and what is made of sums of exponentials. */
final class ReductionChecks {
  private static final double MASKED = Double.NEGATIVE_INFINITY;

  private ReductionChecks() {}

  static List<Check> all() {
    return List.of(
        new Check("sum", ReductionChecks::sum),
        new Check("sumRows", ReductionChecks::sumRows),
        new Check("squaredNorm", ReductionChecks::squaredNorm),
        new Check("logSumExp", ReductionChecks::logSumExp),
        new Check("softmax", ReductionChecks::softmax),
        new Check("softmaxCrossEntropy", ReductionChecks::crossEntropy),
        new Check("softmaxCrossEntropyBackward", ReductionChecks::crossEntropyBackward));
  }

  private static void sum(Backend backend, Samples samples) {
    for (int size : Samples.SIZES) {
      double[] x = samples.normals(size);
      Tensor out = backend.sum(samples.tensor(x, size));
      Samples.shape("sum", out);
      compareSum("sum of " + size, x, out, samples);
    }
    double[] many = new double[3_000_000];
    Arrays.fill(many, (float) 0.1); // added up in float this is off by more than a thousandth
    compareSum("sum of millions", many, backend.sum(samples.tensor(many, many.length)), samples);
  }

  /** The tolerance is that of the sum of the magnitudes. */
  private static void compareSum(String what, double[] x, Tensor sum, Samples samples) {
    double magnitude = Arrays.stream(x).map(Math::abs).sum();
    double expected = Arrays.stream(x).sum();
    samples.compareAtScale(what, new double[] {expected}, sum, 0, magnitude);
  }

  private static void sumRows(Backend backend, Samples samples) {
    for (int[] size : Samples.MATRICES) {
      double[] x = samples.normals(size[0] * size[1]);
      Tensor out = backend.sumRows(samples.tensor(x, size));
      Samples.shape("sumRows", out, size[1]);
      samples.compare("sumRows", ReferenceKernels.sumRows(x, size[1]), out, size[0]);
    }
  }

  private static void squaredNorm(Backend backend, Samples samples) {
    for (int size : Samples.SIZES) {
      double[] x = samples.normals(size);
      compareSquaredNorm(backend, samples, x, 1e-14);
    }
    double[] many = new double[1_000_000];
    Arrays.fill(many, (float) 0.1);
    compareSquaredNorm(backend, samples, many, 1e-11);
    compareSquaredNorm(backend, samples, new double[] {1e30f, -1e30f}, 1e-14); // beyond float
  }

  private static void compareSquaredNorm(
      Backend backend, Samples samples, double[] x, double tolerance) {
    double expected = Arrays.stream(x).map(v -> v * v).sum();
    double norm = backend.squaredNorm(samples.tensor(x, x.length));
    if (!(Math.abs(norm - expected) <= tolerance * expected)) {
      throw new AssertionError("squaredNorm: expected " + expected + ", got " + norm);
    }
  }

  private static void logSumExp(Backend backend, Samples samples) {
    for (int[] size : Samples.MATRICES) {
      double[] x = samples.normals(size[0] * size[1]);
      Tensor out = backend.logSumExp(samples.tensor(x, size));
      Samples.shape("logSumExp", out, size[0]);
      samples.compareAtScale("logSumExp", ReferenceKernels.logSumExp(x, size[1]), out, size[1], 10);
    }
    for (double[] row : difficultRows()) {
      samples.compare(
          "logSumExp of " + Arrays.toString(row),
          ReferenceKernels.logSumExp(row, row.length),
          backend.logSumExp(samples.tensor(row, 1, row.length)),
          0);
    }
  }

  private static void softmax(Backend backend, Samples samples) {
    for (int[] size : Samples.MATRICES) {
      double[] x = samples.normals(size[0] * size[1]);
      Tensor out = backend.softmax(samples.tensor(x, size));
      Samples.shape("softmax", out, size);
      samples.compare("softmax", ReferenceKernels.softmax(x, size[1]), out, size[1]);
    }
    double[] x = samples.normals(2 * 3 * 7);
    Tensor out = backend.softmax(samples.tensor(x, 2, 3, 7));
    Samples.shape("softmax", out, 2, 3, 7);
    samples.compare("softmax of rank 3", ReferenceKernels.softmax(x, 7), out, 7);
    for (double[] row : difficultRows()) {
      samples.compare(
          "softmax of " + Arrays.toString(row),
          ReferenceKernels.softmax(row, row.length),
          backend.softmax(samples.tensor(row, 1, row.length)),
          64); // exponents near 100 have rounding of their own
    }
  }

  /** Far from 0 on either side, masked in part and masked as a whole. */
  private static List<double[]> difficultRows() {
    return List.of(
        new double[] {1000, 1001, 998},
        new double[] {-1000, -1001, -998},
        new double[] {-1000, 1000},
        new double[] {88, -104, 3},
        new double[] {MASKED, 0.5, MASKED, 1},
        new double[] {MASKED, -900},
        new double[] {MASKED},
        new double[] {MASKED, MASKED, MASKED});
  }

  private static void crossEntropy(Backend backend, Samples samples) {
    for (int[] size : Samples.MATRICES) {
      double[] logits = samples.normals(size[0] * size[1]);
      double[] targets = samples.normals(logits.length);
      mask(logits, targets, size[1]);
      CrossEntropy out =
          backend.softmaxCrossEntropy(samples.tensor(logits, size), samples.tensor(targets, size));
      Samples.shape("losses", out.losses(), size[0]);
      Samples.shape("probabilities", out.probabilities(), size);
      samples.compareAtScale(
          "losses",
          ReferenceKernels.crossEntropy(logits, targets, size[1]),
          out.losses(),
          size[1],
          10 * Math.sqrt(size[1]));
      samples.compare(
          "probabilities", ReferenceKernels.softmax(logits, size[1]), out.probabilities(), size[1]);
    }
    crossEntropyOfARow(backend, samples, new double[] {0.5, 1, -1}, new double[] {1e-9, 0, 0});
    crossEntropyOfARow(backend, samples, new double[] {-2000, 0, 1}, new double[] {1, 0, 0});
    crossEntropyOfARow(backend, samples, new double[] {MASKED, 0, 1}, new double[] {0, 1, 0});
    crossEntropyOfARow(backend, samples, new double[] {MASKED, 0, 1}, new double[] {1, 0, 0});
    crossEntropyOfARow(backend, samples, new double[] {MASKED, MASKED}, new double[] {0, 0});
    crossEntropyOfARow(backend, samples, new double[] {MASKED, 3}, new double[] {0, 1});
  }

  private static void crossEntropyOfARow(
      Backend backend, Samples samples, double[] logits, double[] targets) {
    double[] rounded = samples.tensor(targets, targets.length).toDoubles();
    CrossEntropy out =
        backend.softmaxCrossEntropy(
            samples.tensor(logits, 1, logits.length), samples.tensor(targets, 1, targets.length));
    String row = Arrays.toString(logits) + " with targets " + Arrays.toString(targets);
    samples.compare(
        "loss of " + row,
        ReferenceKernels.crossEntropy(logits, rounded, logits.length),
        out.losses(),
        0);
    samples.compare(
        "probabilities of " + row,
        ReferenceKernels.softmax(logits, logits.length),
        out.probabilities(),
        0);
  }

  /** Masks every third column of every second row. */
  private static void mask(double[] logits, double[] targets, int columns) {
    for (int i = 0; i < logits.length; i++) {
      if (columns > 1 && i / columns % 2 == 1 && i % columns % 3 == 1) {
        logits[i] = MASKED;
        targets[i] = 0;
      }
    }
  }

  private static void crossEntropyBackward(Backend backend, Samples samples) {
    for (int[] size : new int[][] {{1, 1}, {1, 7}, {2, 3}, {7, 17}, {3, 33}}) {
      double[] logits = samples.normals(size[0] * size[1]);
      double[] targets = samples.normals(logits.length);
      double[] gradLosses = samples.normals(size[0]);
      double[] expected =
          ReferenceKernels.gradient(
              x -> ReferenceKernels.crossEntropy(x, targets, size[1]), logits, gradLosses);
      compareBackward(backend, samples, logits, targets, gradLosses, expected);
    }
    // p = (0, 1) and (1/2, 1/2); a row that is masked as a whole has no gradient
    double[] logits = {MASKED, 0, 3, 3, MASKED, MASKED};
    double[] targets = {0, 0.5, 1, 0, 0, 0};
    double[] expected = {0, 0, -0.5, 0.5, 0, 0};
    compareBackward(backend, samples, logits, targets, new double[] {2, 1, 4}, expected);
  }

  private static void compareBackward(
      Backend backend,
      Samples samples,
      double[] logits,
      double[] targets,
      double[] gradLosses,
      double[] expected) {
    int rows = gradLosses.length;
    int columns = logits.length / rows;
    Tensor targetTensor = samples.tensor(targets, rows, columns);
    CrossEntropy forward =
        backend.softmaxCrossEntropy(samples.tensor(logits, rows, columns), targetTensor);
    Tensor out =
        backend.softmaxCrossEntropyBackward(
            samples.tensor(gradLosses, rows), targetTensor, forward);
    Samples.shape("softmaxCrossEntropyBackward", out, rows, columns);
    samples.compareGradient("softmaxCrossEntropyBackward", expected, out, columns, 1);
  }
}
