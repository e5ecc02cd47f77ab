package dev.r3.train.trainer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What a run tells its {@link TrainingListener}. */
public sealed interface TrainingEvent {
  /** The number of steps taken when it happened. */
  long step();

  /**
   * The run begins, or goes on after {@code step} steps.
   *
   * @param steps at which the run ends at the latest
   */
  record Started(long step, long steps) implements TrainingEvent {}

  /**
   * A step was taken.
   *
   * @param loss the mean over the step's batches, before the update
   * @param gradientNorm of all parameters together, before clipping
   * @param elapsed since the start, or since the resume
   * @param remaining at this pace, until the last step
   */
  record StepTaken(
      long step,
      double loss,
      double learningRate,
      double gradientNorm,
      double tokensPerSecond,
      Duration elapsed,
      Duration remaining)
      implements TrainingEvent {}

  /**
   * The model was measured.
   *
   * @param improved whether it is the best so far
   */
  record Validated(long step, String metric, double value, boolean improved)
      implements TrainingEvent {}

  /** A checkpoint was written. */
  record CheckpointWritten(long step, Kind kind, Path path) implements TrainingEvent {
    /** What was written. */
    public enum Kind {
      MODEL,
      STATE
    }
  }

  /**
   * The run is over.
   *
   * @param best the step and value of the best validation, whose parameters the model has now;
   *     empty without validation: the model has the last parameters
   */
  record Finished(long step, Reason reason, Optional<Best> best, Duration elapsed)
      implements TrainingEvent {
    /** Why a run ended. */
    public enum Reason {
      /** All steps were taken. */
      ALL_STEPS,
      /** So many validations in a row brought no improvement. */
      NO_IMPROVEMENT,
      /** The thread was interrupted, or a stop requested; the state is saved. */
      INTERRUPTED
    }

    /** When the model was best, and how good. */
    public record Best(long step, double value) {}
  }

  /** The run ends with an exception. What was written before is still there. */
  record Failed(long step, String message) implements TrainingEvent {}
}
