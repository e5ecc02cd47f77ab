package dev.r3.cli.command;

import dev.r3.cli.pipeline.RunView;
import dev.r3.cli.progress.Terminal;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.train.trainer.TrainingListener;
import java.time.Duration;
import java.util.Locale;

/** Shows a run as plain lines on standard error. */
final class TrainingLines implements RunView {
  private static final int LINES = 20; // of each training, about

  private final Terminal terminal;

  TrainingLines(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void begin(String what) {
    terminal.err().println("== " + what);
  }

  @Override
  public void note(String line) {
    terminal.err().print(line);
  }

  @Override
  public TrainingListener training(String name) {
    return new TrainingListener() {
      private long steps = 1;

      @Override
      public void on(TrainingEvent event) {
        if (event instanceof TrainingEvent.Started started) {
          steps = started.steps();
        } else if (event instanceof TrainingEvent.StepTaken taken
            && (taken.step() == 1 || taken.step() % Math.max(1, steps / LINES) == 0)) {
          terminal
              .err()
              .println(
                  String.format(
                      Locale.ROOT,
                      "%s: step %d of %d, loss %.3f, %.0f tokens/s, %s left",
                      name,
                      taken.step(),
                      steps,
                      taken.loss(),
                      taken.tokensPerSecond(),
                      shown(taken.remaining())));
        } else if (event instanceof TrainingEvent.Validated validated) {
          terminal
              .err()
              .println(
                  String.format(
                      Locale.ROOT,
                      "%s: step %d, %s %.4f%s",
                      name,
                      validated.step(),
                      validated.metric(),
                      validated.value(),
                      validated.improved() ? ", best so far" : ""));
        }
      }
    };
  }

  private static String shown(Duration duration) {
    return String.format("%d:%02d", duration.toMinutes(), duration.toSecondsPart());
  }
}
