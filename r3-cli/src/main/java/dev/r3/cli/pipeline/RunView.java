package dev.r3.cli.pipeline;

import dev.r3.cli.progress.Progress;
import dev.r3.cli.progress.Work;
import dev.r3.train.trainer.TrainingListener;

/** Who watches a run while it goes on, and may stop it. */
public interface RunView {
  /** A part of the work begins. */
  void begin(String what);

  /** Something worth a line or more, such as a result in between. */
  void note(String text);

  /** Shows the steps of one training. */
  TrainingListener training(String name);

  /** Shows a loop that may take a while. */
  Progress work(Work work);

  /** Whether the run is to end as soon as what it has is whole. */
  boolean stopRequested();

  /**
   * Goes on, or not.
   *
   * @throws StoppedException if a stop was requested
   */
  default void requireGoingOn() {
    if (stopRequested()) {
      throw new StoppedException("");
    }
  }
}
