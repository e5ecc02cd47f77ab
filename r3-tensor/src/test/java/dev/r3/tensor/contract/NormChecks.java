package dev.r3.tensor.contract;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Normalized;
import dev.r3.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Normalisations over the last axis. */
final class NormChecks {
  private static final double[] EPSILONS = {1e-12, 1e-5, 0.1};
  private static final int[][] SMALL = {{1, 2}, {1, 7}, {3, 2}, {7, 17}, {2, 33}};

  private NormChecks() {}

  static List<Check> all() {
    return List.of(
        new Check("layerNorm", NormChecks::layerNorm),
        new Check("layerNormBackward", NormChecks::layerNormBackward),
        new Check("addLayerNorm", NormChecks::addLayerNorm),
        new Check("rmsNorm", NormChecks::rmsNorm),
        new Check("rmsNormBackward", NormChecks::rmsNormBackward),
        new Check("l2Normalize", NormChecks::l2Normalize),
        new Check("l2NormalizeBackward", NormChecks::l2NormalizeBackward));
  }

  private static void layerNorm(Backend backend, Samples samples) {
    for (int[] size : Samples.MATRICES) {
      for (double epsilon : EPSILONS) {
        int columns = size[1];
        if (columns == 2 && epsilon < 0.1) {
          continue; // dividing by the distance of two near numbers shows its rounding
        }
        double[] x = samples.normals(size[0] * columns);
        double[] gain = samples.normals(columns);
        double[] bias = samples.normals(columns);
        Normalized out =
            backend.layerNorm(
                samples.tensor(x, size),
                samples.tensor(gain, columns),
                samples.tensor(bias, columns),
                epsilon);
        double[] mean = ReferenceKernels.mean(x, columns);
        Samples.shape("layerNorm", out.output(), size);
        Samples.shape("layerNorm inverseScale", out.inverseScale(), size[0]);
        Samples.shape("layerNorm mean", out.mean(), size[0]);
        samples.compare(
            "layerNorm", ReferenceKernels.layerNorm(x, gain, bias, epsilon), out.output(), columns);
        samples.compareAtScale("layerNorm mean", mean, out.mean(), columns, 1);
        samples.compare(
            "layerNorm inverseScale",
            ReferenceKernels.inverseScale(x, mean, columns, epsilon),
            out.inverseScale(),
            columns);
      }
    }
    constantRows(backend, samples);
  }

  /** A row without variance becomes the bias. */
  private static void constantRows(Backend backend, Samples samples) {
    double[] bias = samples.normals(4);
    double[] expected = new double[8];
    System.arraycopy(bias, 0, expected, 0, 4);
    System.arraycopy(bias, 0, expected, 4, 4);
    double[] x = {3, 3, 3, 3, -0.5, -0.5, -0.5, -0.5};
    Normalized out =
        backend.layerNorm(
            samples.tensor(x, 2, 4),
            samples.tensor(samples.normals(4), 4),
            samples.tensor(bias, 4),
            1e-12);
    samples.compare("layerNorm of constant rows", expected, out.output(), 0);
  }

  private static void addLayerNorm(Backend backend, Samples samples) {
    for (int[] size : Samples.MATRICES) {
      int columns = size[1];
      double[] x = samples.normals(size[0] * columns);
      double[] residual = samples.normals(x.length);
      double[] gain = samples.normals(columns);
      double[] bias = samples.normals(columns);
      double[] sum = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        sum[i] = x[i] + residual[i];
      }
      Tensor left = samples.tensor(x, size);
      Tensor out =
          backend.addLayerNorm(
              left,
              samples.tensor(residual, size),
              samples.tensor(gain, columns),
              samples.tensor(bias, columns),
              0.1);
      Samples.shape("addLayerNorm", out, size);
      samples.compare(
          "addLayerNorm", ReferenceKernels.layerNorm(sum, gain, bias, 0.1), out, columns);
      samples.compare("addLayerNorm leaves x alone", x, left, 0);
    }
  }

  private static void layerNormBackward(Backend backend, Samples samples) {
    for (int[] size : SMALL) {
      int columns = size[1];
      double[] x = samples.normals(size[0] * columns);
      double[] gain = samples.normals(columns);
      double[] bias = samples.normals(columns);
      double[] gradOutput = samples.normals(x.length);
      Tensor xTensor = samples.tensor(x, size);
      Tensor gainTensor = samples.tensor(gain, columns);
      Normalized forward =
          backend.layerNorm(xTensor, gainTensor, samples.tensor(bias, columns), 0.1);
      List<Tensor> gradients =
          backend.layerNormBackward(samples.tensor(gradOutput, size), xTensor, gainTensor, forward);
      check(
          samples,
          "layerNorm gradient of x",
          v -> ReferenceKernels.layerNorm(v, gain, bias, 0.1),
          x,
          gradOutput,
          gradients.get(0));
      check(
          samples,
          "layerNorm gradient of gain",
          v -> ReferenceKernels.layerNorm(x, v, bias, 0.1),
          gain,
          gradOutput,
          gradients.get(1));
      check(
          samples,
          "layerNorm gradient of bias",
          v -> ReferenceKernels.layerNorm(x, gain, v, 0.1),
          bias,
          gradOutput,
          gradients.get(2));
    }
  }

  private static void rmsNorm(Backend backend, Samples samples) {
    for (int[] size : Samples.MATRICES) {
      for (double epsilon : EPSILONS) {
        int columns = size[1];
        double[] x = samples.normals(size[0] * columns);
        double[] gain = samples.normals(columns);
        Normalized out =
            backend.rmsNorm(samples.tensor(x, size), samples.tensor(gain, columns), epsilon);
        Samples.shape("rmsNorm", out.output(), size);
        samples.compare(
            "rmsNorm", ReferenceKernels.rmsNorm(x, gain, epsilon), out.output(), columns);
        samples.compare(
            "rmsNorm inverseScale",
            ReferenceKernels.inverseScale(x, new double[0], columns, epsilon),
            out.inverseScale(),
            columns);
      }
    }
  }

  private static void rmsNormBackward(Backend backend, Samples samples) {
    for (int[] size : SMALL) {
      int columns = size[1];
      double[] x = samples.normals(size[0] * columns);
      double[] gain = samples.normals(columns);
      double[] gradOutput = samples.normals(x.length);
      Tensor xTensor = samples.tensor(x, size);
      Tensor gainTensor = samples.tensor(gain, columns);
      Normalized forward = backend.rmsNorm(xTensor, gainTensor, 0.1);
      List<Tensor> gradients =
          backend.rmsNormBackward(samples.tensor(gradOutput, size), xTensor, gainTensor, forward);
      check(
          samples,
          "rmsNorm gradient of x",
          v -> ReferenceKernels.rmsNorm(v, gain, 0.1),
          x,
          gradOutput,
          gradients.get(0));
      check(
          samples,
          "rmsNorm gradient of gain",
          v -> ReferenceKernels.rmsNorm(x, v, 0.1),
          gain,
          gradOutput,
          gradients.get(1));
    }
  }

  private static void l2Normalize(Backend backend, Samples samples) {
    for (int[] size : Samples.MATRICES) {
      double[] x = samples.normals(size[0] * size[1]);
      Arrays.fill(x, 0, size[1], size[0] > 2 ? 0 : x[0]); // a row of zeros, where others follow
      Normalized out = backend.l2Normalize(samples.tensor(x, size), 1e-3);
      Samples.shape("l2Normalize", out.output(), size);
      Samples.shape("l2Normalize inverseScale", out.inverseScale(), size[0]);
      samples.compare(
          "l2Normalize", ReferenceKernels.l2Normalize(x, size[1], 1e-3), out.output(), size[1]);
      samples.compare(
          "l2Normalize inverseScale",
          ReferenceKernels.inverseLengths(x, size[1], 1e-3),
          out.inverseScale(),
          size[1]);
    }
  }

  private static void l2NormalizeBackward(Backend backend, Samples samples) {
    for (int[] size : SMALL) {
      for (double epsilon : new double[] {1e-12, 100}) { // 100: every row is only scaled
        double[] x = samples.normals(size[0] * size[1]);
        double[] gradOutput = samples.normals(x.length);
        Normalized forward = backend.l2Normalize(samples.tensor(x, size), epsilon);
        check(
            samples,
            "l2Normalize gradient, epsilon " + epsilon,
            v -> ReferenceKernels.l2Normalize(v, size[1], epsilon),
            x,
            gradOutput,
            backend.l2NormalizeBackward(samples.tensor(gradOutput, size), forward));
      }
    }
  }

  private static void check(
      Samples samples,
      String what,
      UnaryOperator<double[]> forward,
      double[] x,
      double[] gradOutput,
      Tensor actual) {
    samples.compareGradient(
        what, ReferenceKernels.gradient(forward, x, gradOutput), actual, gradOutput.length, 1);
  }
}
