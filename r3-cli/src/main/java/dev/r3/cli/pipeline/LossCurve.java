package dev.r3.cli.pipeline;

import java.util.List;

/**
 * How one training went.
 *
 * @param training its name in metrics.jsonl
 * @param points every step
 * @param metric what the validations measure; empty when there was none
 */
public record LossCurve(
    String training, List<Point> points, String metric, List<Validation> validations) {

  /**
   * @param loss in nats
   */
  public record Point(long step, double loss, double learningRate) {}

  /** The model measured on the dev split after a step. */
  public record Validation(long step, double value) {}

  public LossCurve {
    points = List.copyOf(points);
    validations = List.copyOf(validations);
  }
}
