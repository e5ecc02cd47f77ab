package dev.r3.cli.pipeline;

import dev.r3.cli.TerminalRecorder;
import dev.r3.cli.progress.Progress;
import dev.r3.cli.progress.Work;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.train.trainer.TrainingListener;

/** Nobody watches; counts the steps of all trainings, and wants to stop after some. */
final class StoppingView implements RunView {
  private final int stopAfter;
  private int steps;

  private StoppingView(int stopAfter) {
    this.stopAfter = stopAfter;
  }

  static StoppingView after(int steps) {
    return new StoppingView(steps);
  }

  static StoppingView never() {
    return new StoppingView(Integer.MAX_VALUE);
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
