package dev.r3.cli.pipeline;

import dev.r3.cli.progress.Progress;
import dev.r3.cli.progress.Work;
import dev.r3.train.trainer.TrainingListener;

/** How a run is shown while it goes on. */
public interface RunView {
  /** A part of the work begins. */
  void begin(String what);

  /** Something worth a line or more, such as a result in between. */
  void note(String text);

  /** Shows the steps of one training. */
  TrainingListener training(String name);

  /** Shows a loop that may take a while. */
  Progress work(Work work);
}
