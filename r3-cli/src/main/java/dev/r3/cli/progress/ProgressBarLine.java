package dev.r3.cli.progress;

import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress for a terminal: a bar that moves, and goes when the loop is over. */
final class ProgressBarLine implements Progress {
  private static final int UPDATE_MILLIS = 200;

  private final Terminal terminal;
  private final Pace pace;
  private final ProgressBar bar;

  ProgressBarLine(Terminal terminal, Work work, Pace pace) {
    this.terminal = terminal;
    this.pace = pace;
    bar =
        new ProgressBarBuilder()
            .setTaskName(work.title())
            .setInitialMax(work.total())
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .setEtaFunction(state -> remaining())
            // With a width of its own it need not ask the system for the terminal's.
            .setConsumer(new ConsoleProgressBarConsumer(terminal.err(), terminal.columns() - 1))
            .clearDisplayOnFinish()
            .build()
            .stepTo(work.start());
  }

  @Override
  public void update(long done, String details) {
    synchronized (pace) {
      pace.update(done, details);
    }
    bar.stepTo(done).setExtraMessage(details.isEmpty() ? "" : " " + details);
  }

  /** The bar's own thread asks. */
  private Optional<java.time.Duration> remaining() {
    synchronized (pace) {
      return pace.remaining();
    }
  }

  /** Writes over the bar, which draws itself again below. */
  @Override
  public void note(String line) {
    terminal.err().print("\r\033[K" + line + System.lineSeparator());
    terminal.err().flush();
  }

  @Override
  public void close() {
    bar.close();
    note(pace.summary());
  }
}
