package dev.r3.cli.progress;

import dev.r3.train.trainer.TrainingEvent;
import dev.r3.train.trainer.TrainingListener;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Shows a training run: step, loss (a mean of the last steps, as single ones jump), tokens per
 * second and the time left; every validation stays as a line.
 */
public final class TrainingProgress implements TrainingListener {
  /** Weight of the past in the shown loss: a mean of about ten steps. */
  private static final double PAST = 0.9;

  private final Terminal terminal;
  private final String model;
  private @Nullable Progress progress;
  private double lossSum;
  private double lossWeight;

  /**
   * @param model the name of what is trained
   */
  public TrainingProgress(Terminal terminal, String model) {
    this.terminal = terminal;
    this.model = model;
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.Started started) {
      progress =
          Progress.start(
              terminal, new Work("train " + model, started.step(), started.steps(), "steps"));
      return;
    }
    if (event instanceof TrainingEvent.Finished || event instanceof TrainingEvent.Failed) {
      close();
      return;
    }
    if (progress == null) {
      throw new IllegalStateException(
          "TrainingProgress(" + model + "): expected Started first, got " + event);
    }
    if (event instanceof TrainingEvent.StepTaken step) {
      progress.update(step.step(), details(step));
    } else if (event instanceof TrainingEvent.Validated validated) {
      progress.note(
          String.format(
              Locale.ROOT,
              "train %s: step %d, %s %.4f%s",
              model,
              validated.step(),
              validated.metric(),
              validated.value(),
              validated.improved() ? ", the best so far" : ""));
    }
  }

  /** A run may fail before it starts, or when the end is told to another listener. */
  private void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }

  private String details(TrainingEvent.StepTaken step) {
    lossSum = PAST * lossSum + (1 - PAST) * step.loss();
    lossWeight = PAST * lossWeight + (1 - PAST);
    return String.format(
        Locale.ROOT, "loss %.4f, %s tokens/s", lossSum / lossWeight, rate(step.tokensPerSecond()));
  }

  private static String rate(double perSecond) {
    return perSecond < 1000
        ? String.format(Locale.ROOT, "%.0f", perSecond)
        : String.format(Locale.ROOT, "%.1fk", perSecond / 1000);
  }
}
