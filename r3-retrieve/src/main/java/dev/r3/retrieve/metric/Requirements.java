package dev.r3.retrieve.metric;

import java.util.Set;

/** The arguments that every metric refuses. */
final class Requirements {

  private Requirements() {}

  static void requirePositive(String metric, int k) {
    if (k < 1) {
      throw new IllegalArgumentException(metric + ": expected k >= 1, got " + k);
    }
  }

  static void requireGolds(Metric metric, Set<String> golds) {
    if (golds.isEmpty()) {
      throw new IllegalArgumentException(
          metric.name() + ": expected at least one gold skill, got none");
    }
  }
}
