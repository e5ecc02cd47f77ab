package dev.r3.cli.command;

import dev.r3.cli.pipeline.RunView;
import dev.r3.cli.progress.Progress;
import dev.r3.cli.progress.Terminal;
import dev.r3.cli.progress.TrainingProgress;
import dev.r3.cli.progress.Work;
import dev.r3.train.trainer.TrainingListener;
import java.util.function.BooleanSupplier;

/** Shows a run on standard error. */
record TerminalView(Terminal terminal, BooleanSupplier stop) implements RunView {
  /** A view of work that signals end at once. */
  TerminalView(Terminal terminal) {
    this(terminal, () -> false);
  }

  @Override
  public void begin(String what) {
    terminal.err().println("== " + what);
  }

  @Override
  public void note(String text) {
    terminal.err().println(text.stripTrailing());
  }

  @Override
  public TrainingListener training(String name) {
    return new TrainingProgress(terminal, name);
  }

  @Override
  public Progress work(Work work) {
    return Progress.whenSlow(terminal, work);
  }

  @Override
  public boolean stopRequested() {
    return stop.getAsBoolean();
  }
}
