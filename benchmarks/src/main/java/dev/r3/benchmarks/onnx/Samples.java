package dev.r3.benchmarks.onnx;

import java.util.Arrays;
import java.util.List;

/** Measured values in the order of measurement, at least one. */
record Samples(List<Double> values) {
  Samples {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("Samples: expected at least one value, got none");
    }
  }

  double median() {
    return quantile(0.5);
  }

  double lowerQuartile() {
    return quantile(0.25);
  }

  double upperQuartile() {
    return quantile(0.75);
  }

  /** With linear interpolation between neighbours. */
  private double quantile(double share) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /** These divided by others, pair by pair: what slows both down for a while cancels. */
  Samples dividedBy(Samples others) {
    double[] ratios = new double[values.size()];
    Arrays.setAll(ratios, i -> values.get(i) / others.values.get(i));
    return new Samples(Arrays.stream(ratios).boxed().toList());
  }
}
