package dev.r3.cli.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one model was trained.
 *
 * @param model its name
 * @param lossName the loss and its unit, such as "InfoNCE (nats)"
 * @param points in the order of steps
 * @param validationMetric what {@code validations} are values of; empty when there are none
 * @param validations in the order of steps
 */
public record TrainingCurve(
    String model,
    String lossName,
    List<Point> points,
    String validationMetric,
    List<Validation> validations) {

  /** One step; the learning rate is optional, but for all points alike. */
  public record Point(long step, double loss, @Nullable Double learningRate) {
    public Point {
      if (!Double.isFinite(loss)) {
        throw new IllegalArgumentException(
            "TrainingCurve: expected a finite loss at step " + step + ", got " + loss);
      }
    }
  }

  /** The model measured after a step. */
  public record Validation(long step, double value) {}

  public TrainingCurve {
    points = List.copyOf(points);
    validations = List.copyOf(validations);
  }
}
