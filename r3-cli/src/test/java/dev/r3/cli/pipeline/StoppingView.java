package dev.r3.cli.pipeline;

import dev.r3.cli.TerminalRecorder;
import dev.r3.cli.progress.Progress;
import dev.r3.cli.progress.Work;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.train.trainer.TrainingListener;

/** Nobody watches; counts the steps of all trainings, and wants to stop after some. */
final class StoppingView implements RunView {
  private final int stopAfter;
  private final boolean failing;
  private int steps;

  private StoppingView(int stopAfter, boolean failing) {
    this.stopAfter = stopAfter;
    this.failing = failing;
  }

  /** Throws when a training is to begin. */
  static StoppingView failing() {
    return new StoppingView(Integer.MAX_VALUE, true);
  }

  static StoppingView after(int steps) {
    return new StoppingView(steps, false);
  }

  static StoppingView never() {
    return new StoppingView(Integer.MAX_VALUE, false);
  }

  int steps() {
    return steps;
  }

  @Override
  public void begin(String what) {}

  @Override
  public void note(String text) {}

  @Override
  public TrainingListener training(String name) {
    if (failing) {
      throw new IllegalStateException("failing on purpose");
    }
    return event -> steps += event instanceof TrainingEvent.StepTaken ? 1 : 0;
  }

  @Override
  public Progress work(Work work) {
    return Progress.start(new TerminalRecorder().terminal(), work);
  }

  @Override
  public boolean stopRequested() {
    return steps >= stopAfter;
  }
}
