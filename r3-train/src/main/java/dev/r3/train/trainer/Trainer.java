package dev.r3.train.trainer;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.train.optimizer.GradientClipping;
import dev.r3.train.optimizer.Optimizer;
import dev.r3.train.schedule.LearningRateSchedule;
import dev.r3.train.trainer.TrainingEvent.CheckpointWritten.Kind;
import dev.r3.train.trainer.TrainingEvent.Finished.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The loop: batches forward and backward, clip, update, validate, save, tell.
 *
 * <p>A run ends when all steps are taken, when the validation no longer improves, or after the
 * current step when its thread is interrupted or {@link #requestStop} is called. In each case the
 * state is saved and the model then has the best parameters under the validation, or the last ones
 * without; without a validation an interrupted run writes no model. Trains one state at a time.
 */
public final class Trainer {
  private final TrainingTask task;
  private final LearningRateSchedule schedule;
  private final TrainingSettings settings;
  private final TrainingHooks hooks;
  private volatile boolean stopRequested;

  public Trainer(
      TrainingTask task,
      LearningRateSchedule schedule,
      TrainingSettings settings,
      TrainingHooks hooks) {
    this.task = task;
    this.schedule = schedule;
    this.settings = settings;
    this.hooks = hooks;
  }

  /** Ends the run after the current step; may be called from any thread. */
  public void requestStop() {
    stopRequested = true;
  }

  /**
   * Trains until the end.
   *
   * @return how it ended; the last event
   * @throws IllegalStateException when a loss, gradient or validation is not finite. What was
   *     written before stays as it is.
   */
  public TrainingEvent.Finished run(TrainingState state) {
    state.requireRunnable();
    Run run = new Run(state);
    try {
      return run.toTheEnd();
    } catch (RuntimeException | Error e) {
      tellFailure(state.step(), e);
      throw e;
    } finally {
      run.restoreInterrupt();
    }
  }

  private void tellFailure(long step, Throwable failure) {
    try {
      hooks.listener().on(new TrainingEvent.Failed(step, failure.toString()));
    } catch (RuntimeException e) { // perhaps the listener is what failed
      failure.addSuppressed(e);
    }
  }

  /** One call of {@link #run}. */
  private final class Run {
    private final TrainingState state;
    private final Backend backend;
    private final Optimizer optimizer;
    private final long startNanos = System.nanoTime();
    private final long firstStep;
    private long validatedStep = -1;
    private long savedStep = -1;
    private boolean interrupted;

    Run(TrainingState state) {
      this.state = state;
      this.backend = state.backend();
      this.optimizer = state.optimizer();
      this.firstStep = state.step();
    }

    TrainingEvent.Finished toTheEnd() {
      hooks.listener().on(new TrainingEvent.Started(state.step(), settings.steps()));
      Optional<Reason> reason = reasonToEnd();
      while (reason.isEmpty()) {
        step();
        if (isDue(settings.validateEvery())) {
          validate();
        }
        if (isDue(settings.saveEvery())) {
          saveState();
        }
        reason = reasonToEnd();
      }
      return finish(reason.get());
    }

    private boolean isDue(long interval) {
      return interval > 0 && state.step() % interval == 0;
    }

    private Optional<Reason> reasonToEnd() {
      noteInterrupt();
      if (state.step() >= settings.steps()) {
        return Optional.of(Reason.ALL_STEPS);
      }
      if (settings.patience() > 0 && state.validationsSinceBest() >= settings.patience()) {
        return Optional.of(Reason.NO_IMPROVEMENT);
      }
      return interrupted || stopRequested ? Optional.of(Reason.INTERRUPTED) : Optional.empty();
    }

    private void step() {
      long begin = System.nanoTime();
      long number = state.step() + 1;
      double loss = 0;
      long tokens = 0;
      optimizer.clearGradients();
      for (int micro = 0; micro < settings.microBatches(); micro++) {
        long batch = state.step() * settings.microBatches() + micro;
        try (Pass pass = Pass.training(backend, state.seed(), batch)) {
          TrainingTask.BatchLoss result = task.loss(pass, batch);
          loss += finiteLoss(result.loss(), number) / settings.microBatches();
          tokens += result.tokens();
          Tensor share = // of the mean over the batches
              pass.backend()
                  .tensor(result.loss().shape(), new double[] {1.0 / settings.microBatches()});
          pass.backward(result.loss(), share);
        }
      }
      GradientClipping.Result clipped =
          settings.clipping().measure(backend, optimizer.parameters(), number);
      double learningRate = schedule.at(state.step());
      optimizer.step(learningRate, clipped.scale());
      state.stepTaken();

      double seconds = (System.nanoTime() - begin) * 1e-9;
      hooks
          .listener()
          .on(
              new TrainingEvent.StepTaken(
                  state.step(),
                  loss,
                  learningRate,
                  clipped.norm(),
                  tokens / seconds,
                  elapsed(),
                  remaining()));
    }

    private double finiteLoss(Tensor loss, long step) {
      double value = loss.scalar();
      if (!Double.isFinite(value)) {
        throw new IllegalStateException(
            "Trainer: expected a finite loss at step "
                + step
                + ", got "
                + value
                + "; lower the learning rate or look at this step's batch. Checkpoints are as they"
                + " were");
      }
      return value;
    }

    private void validate() {
      Validation validation = hooks.validation();
      if (validation == null) {
        return;
      }
      double value = validation.measure();
      if (!Double.isFinite(value)) {
        throw new IllegalStateException(
            "Trainer: expected a finite "
                + validation.metric()
                + " at step "
                + state.step()
                + ", got "
                + value);
      }
      boolean improved = state.validated(value);
      validatedStep = state.step();
      hooks
          .listener()
          .on(new TrainingEvent.Validated(state.step(), validation.metric(), value, improved));
      if (improved) {
        saveModel();
      }
    }

    private void saveModel() {
      CheckpointWriter checkpoints = hooks.checkpoints();
      if (checkpoints != null) {
        write(Kind.MODEL, () -> checkpoints.writeModel(state.step()));
      }
    }

    private void saveState() {
      CheckpointWriter checkpoints = hooks.checkpoints();
      if (checkpoints != null && savedStep != state.step()) {
        write(Kind.STATE, () -> checkpoints.writeState(state));
        savedStep = state.step();
      }
    }

    /** An interrupt makes file channels fail: it is noted and taken away until the run ends. */
    private void write(Kind kind, Supplier<Path> writing) {
      noteInterrupt();
      Path path;
      try {
        path = writing.get();
      } catch (RuntimeException e) {
        if (!Thread.currentThread().isInterrupted()) {
          throw e;
        }
        noteInterrupt();
        path = writing.get();
      }
      hooks.listener().on(new TrainingEvent.CheckpointWritten(state.step(), kind, path));
    }

    private TrainingEvent.Finished finish(Reason reason) {
      if (reason != Reason.INTERRUPTED
          && validatedStep != state.step()
          && state.step() > firstStep) {
        validate();
      }
      saveState();
      if (hooks.validation() == null && reason != Reason.INTERRUPTED) {
        saveModel();
      }
      BestParameters best = state.best();
      state.finish();
      TrainingEvent.Finished finished =
          new TrainingEvent.Finished(
              state.step(),
              reason,
              Optional.ofNullable(best)
                  .map(b -> new TrainingEvent.Finished.Best(b.step(), b.value())),
              elapsed());
      hooks.listener().on(finished);
      return finished;
    }

    private void noteInterrupt() {
      interrupted |= Thread.interrupted();
    }

    void restoreInterrupt() {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private Duration elapsed() {
      return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private Duration remaining() {
      long left = Math.max(0, settings.steps() - state.step());
      return elapsed().multipliedBy(left).dividedBy(state.step() - firstStep);
    }
  }
}
