package dev.r3.train.trainer;

/** Is told what happens, in the thread of the run and in order. */
@FunctionalInterface
public interface TrainingListener {
  void on(TrainingEvent event);

  /** Tells both. */
  default TrainingListener and(TrainingListener other) {
    return event -> {
      on(event);
      other.on(event);
    };
  }
}
