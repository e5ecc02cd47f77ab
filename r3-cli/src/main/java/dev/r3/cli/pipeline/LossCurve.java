package dev.r3.cli.pipeline;

import dev.r3.train.trainer.TrainingEvent;
import dev.r3.train.trainer.TrainingListener;
import java.util.ArrayList;
import java.util.List;

/** Collects the loss of every step of one training. */
public final class LossCurve implements TrainingListener {
  private final String training;
  private final List<Point> points = new ArrayList<>();

  /**
   * @param loss in nats
   */
  public record Point(long step, double loss) {}

  public LossCurve(String training) {
    this.training = training;
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.StepTaken taken) {
      points.add(new Point(taken.step(), taken.loss()));
    }
  }

  public String training() {
    return training;
  }

  public List<Point> points() {
    return List.copyOf(points);
  }
}
