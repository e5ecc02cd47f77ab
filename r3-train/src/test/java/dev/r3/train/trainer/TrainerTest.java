package dev.r3.train.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Pass;
import dev.r3.tensor.TestBackends;
import dev.r3.tensor.op.Add;
import dev.r3.tensor.op.Scale;
import dev.r3.train.optimizer.GradientClipping;
import dev.r3.train.schedule.ConstantRate;
import dev.r3.train.schedule.LearningRateSchedule;
import dev.r3.train.schedule.Warmup;
import dev.r3.train.schedule.WarmupLinear;
import dev.r3.train.trainer.TrainingEvent.CheckpointWritten;
import dev.r3.train.trainer.TrainingEvent.Failed;
import dev.r3.train.trainer.TrainingEvent.Finished;
import dev.r3.train.trainer.TrainingEvent.Finished.Reason;
import dev.r3.train.trainer.TrainingEvent.Started;
import dev.r3.train.trainer.TrainingEvent.StepTaken;
import dev.r3.train.trainer.TrainingEvent.Validated;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final LearningRateSchedule RATE = new ConstantRate(new Warmup(0.05, 0));

  @TempDir private Path folder;
  private Backend backend;
  private LinearTask task;
  private TrainingState state;
  private final List<TrainingEvent> events = new ArrayList<>();
  private final TrainingHooks hooks = TrainingHooks.none().withListener(events::add);

  @BeforeEach
  void open() {
    backend = TestBackends.doubles();
    task = new LinearTask(backend, 0);
    state = new TrainingState(backend, task.adamW(), 7);
  }

  @AfterEach
  void close() {
    assertThat(Thread.interrupted()).as("the interrupt flag after the test").isFalse();
    backend.close();
  }

  /** Says the given figures one after the other. */
  private static Validation figures(double... values) {
    Deque<Double> left = new ArrayDeque<>();
    for (double value : values) {
      left.add(value);
    }
    return new Validation() {
      @Override
      public String metric() {
        return "hit@1";
      }

      @Override
      public double measure() {
        return left.remove();
      }
    };
  }

  /** Writes both kinds of checkpoints into the folder and remembers the weights of each model. */
  private final class Writer implements CheckpointWriter {
    final List<double[]> models = new ArrayList<>();

    @Override
    public Path writeModel(long step) {
      models.add(task.weight.value().toDoubles());
      return folder.resolve("model-" + step);
    }

    @Override
    public Path writeState(TrainingState toSave) {
      Path file = folder.resolve("state.safetensors");
      toSave.save(file);
      return file;
    }
  }

  private <E extends TrainingEvent> List<E> events(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Test
  void findsTheWeightsThatMadeTheExamples() {
    Trainer trainer =
        new Trainer(
            task,
            new WarmupLinear(new Warmup(0.2, 10), 400),
            TrainingSettings.ofSteps(400).withClipping(GradientClipping.NONE),
            hooks);
    Finished finished = trainer.run(state);
    assertThat(finished.reason()).isEqualTo(Reason.ALL_STEPS);
    assertThat(finished.best()).isEmpty();
    assertThat(task.weight.value().toDoubles())
        .containsExactly(LinearTask.TRUE_WEIGHT, within(0.01));
    assertThat(task.bias.value().toDoubles()).containsExactly(LinearTask.TRUE_BIAS, within(0.01));
    List<StepTaken> steps = events(StepTaken.class);
    assertThat(steps.get(399).loss()).isLessThan(1e-3 * steps.get(0).loss());
  }

  @Test
  void tellsEveryStepInOrder() {
    new Trainer(task, new WarmupLinear(new Warmup(0.1, 2), 4), TrainingSettings.ofSteps(3), hooks)
        .run(state);
    assertThat(events.get(0)).isEqualTo(new Started(0, 3));
    assertThat(events.get(4)).isInstanceOf(Finished.class);
    assertThat(events(StepTaken.class))
        .hasSize(3)
        .extracting(StepTaken::step, StepTaken::learningRate)
        .containsExactly(tuple(1L, 0.0), tuple(2L, 0.05), tuple(3L, 0.1));
    for (StepTaken step : events(StepTaken.class)) {
      assertThat(step.gradientNorm()).isPositive();
      assertThat(step.tokensPerSecond()).isPositive().isFinite();
      assertThat(step.elapsed()).isPositive();
    }
    assertThat(events(StepTaken.class).get(0).remaining()).isPositive();
    assertThat(events(StepTaken.class).get(2).remaining()).isZero();
  }

  @Test
  void microBatchesAreTheMeanOfTheirBatches() {
    LinearTask together = new LinearTask(backend, 0);
    TrainingTask mean =
        (pass, batch) -> {
          TrainingTask.BatchLoss first = together.loss(pass, 2 * batch);
          TrainingTask.BatchLoss second = together.loss(pass, 2 * batch + 1);
          return new TrainingTask.BatchLoss(
              Scale.apply(pass, Add.apply(pass, first.loss(), second.loss()), 0.5), 8);
        };
    new Trainer(mean, RATE, TrainingSettings.ofSteps(5), hooks)
        .run(new TrainingState(backend, together.adamW(), 7));
    List<StepTaken> expected = events(StepTaken.class);
    events.clear();
    new Trainer(task, RATE, TrainingSettings.ofSteps(5).withMicroBatches(2), hooks).run(state);
    assertThat(task.weight.value().toDoubles())
        .containsExactly(together.weight.value().toDoubles(), within(1e-12));
    for (int i = 0; i < 5; i++) {
      StepTaken step = events(StepTaken.class).get(i);
      assertThat(step.loss()).isCloseTo(expected.get(i).loss(), within(1e-12));
      assertThat(step.gradientNorm()).isCloseTo(expected.get(i).gradientNorm(), within(1e-12));
    }
  }

  @Test
  void endsWhenTheValidationNoLongerImprovesAndKeepsTheBest() {
    Writer writer = new Writer();
    Finished finished =
        new Trainer(
                task,
                RATE,
                TrainingSettings.ofSteps(100).withValidation(2, 2),
                hooks.withValidation(figures(0.1, 0.5, 0.5, 0.4, 0.9)).withCheckpoints(writer))
            .run(state);
    assertThat(finished.step()).isEqualTo(8);
    assertThat(finished.reason()).isEqualTo(Reason.NO_IMPROVEMENT);
    assertThat(finished.best()).contains(new Finished.Best(4, 0.5));
    assertThat(events(Validated.class))
        .containsExactly(
            new Validated(2, "hit@1", 0.1, true),
            new Validated(4, "hit@1", 0.5, true),
            new Validated(6, "hit@1", 0.5, false),
            new Validated(8, "hit@1", 0.4, false));
    assertThat(events(CheckpointWritten.class))
        .extracting(CheckpointWritten::step, CheckpointWritten::kind)
        .containsExactly(
            tuple(2L, CheckpointWritten.Kind.MODEL),
            tuple(4L, CheckpointWritten.Kind.MODEL),
            tuple(8L, CheckpointWritten.Kind.STATE));
    assertThat(task.weight.value().toDoubles()).isEqualTo(writer.models.get(1));
  }

  @Test
  void validatesAtTheEndWhereTheLastStepWasNotMeasured() {
    Finished finished =
        new Trainer(
                task,
                RATE,
                TrainingSettings.ofSteps(5).withValidation(3, 0),
                hooks.withValidation(figures(0.3, 0.4)))
            .run(state);
    assertThat(events(Validated.class)).extracting(Validated::step).containsExactly(3L, 5L);
    assertThat(finished.best()).contains(new Finished.Best(5, 0.4));
  }

  @Test
  void withoutValidationTheModelIsTheLastOne() {
    Writer writer = new Writer();
    new Trainer(
            task, RATE, TrainingSettings.ofSteps(5).withSaveEvery(2), hooks.withCheckpoints(writer))
        .run(state);
    assertThat(events(CheckpointWritten.class))
        .extracting(CheckpointWritten::step, CheckpointWritten::kind)
        .containsExactly(
            tuple(2L, CheckpointWritten.Kind.STATE),
            tuple(4L, CheckpointWritten.Kind.STATE),
            tuple(5L, CheckpointWritten.Kind.STATE),
            tuple(5L, CheckpointWritten.Kind.MODEL));
    assertThat(writer.models).hasSize(1);
    assertThat(task.weight.value().toDoubles()).isEqualTo(writer.models.get(0));
  }

  @Test
  void anInterruptEndsTheRunAfterTheStepWithTheStateSaved() {
    Writer writer = new Writer();
    TrainingListener interrupting =
        event -> {
          if (event instanceof StepTaken && event.step() == 3) {
            Thread.currentThread().interrupt();
          }
        };
    Finished finished =
        new Trainer(
                task,
                RATE,
                TrainingSettings.ofSteps(100),
                hooks.withListener(interrupting).withCheckpoints(writer))
            .run(state);
    assertThat(Thread.interrupted()).as("the caller's interrupt is kept").isTrue();
    assertThat(finished.reason()).isEqualTo(Reason.INTERRUPTED);
    assertThat(finished.step()).isEqualTo(3);
    assertThat(events.get(events.size() - 1)).isEqualTo(finished);
    TrainingState loaded = new TrainingState(backend, new LinearTask(backend, 0).adamW(), 7);
    loaded.load(folder.resolve("state.safetensors"));
    assertThat(loaded.step()).isEqualTo(3);
  }

  @Test
  void anInterruptWhileACheckpointIsWrittenDoesNotHarmIt() {
    AtomicReference<Integer> attempts = new AtomicReference<>(0);
    Writer writer = new Writer();
    CheckpointWriter interrupted =
        new CheckpointWriter() {
          @Override
          public Path writeModel(long step) {
            return writer.writeModel(step);
          }

          @Override
          public Path writeState(TrainingState toSave) {
            if (attempts.getAndUpdate(n -> n + 1) == 0) {
              Thread.currentThread().interrupt(); // closes the file channel in the middle
            }
            return writer.writeState(toSave);
          }
        };
    Finished finished =
        new Trainer(
                task,
                RATE,
                TrainingSettings.ofSteps(100).withSaveEvery(2),
                hooks.withCheckpoints(interrupted))
            .run(state);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(attempts.get()).isEqualTo(2);
    assertThat(finished.reason()).isEqualTo(Reason.INTERRUPTED);
    assertThat(finished.step()).isEqualTo(2);
    TrainingState loaded = new TrainingState(backend, new LinearTask(backend, 0).adamW(), 7);
    loaded.load(folder.resolve("state.safetensors"));
    assertThat(loaded.step()).isEqualTo(2);
  }

  @Test
  void aRequestedStopEndsTheRunAfterTheStep() {
    AtomicReference<Trainer> trainer = new AtomicReference<>();
    TrainingListener stopping =
        event -> {
          if (event instanceof StepTaken && event.step() == 2) {
            trainer.get().requestStop();
          }
        };
    trainer.set(
        new Trainer(task, RATE, TrainingSettings.ofSteps(100), hooks.withListener(stopping)));
    Finished finished = trainer.get().run(state);
    assertThat(finished.reason()).isEqualTo(Reason.INTERRUPTED);
    assertThat(finished.step()).isEqualTo(2);
  }

  @Test
  void aLossThatIsNotFiniteIsAnErrorAndLeavesTheLastCheckpoint() throws Exception {
    Writer writer = new Writer();
    TrainingTask broken =
        (pass, batch) -> {
          TrainingTask.BatchLoss good = task.loss(pass, batch);
          double factor = batch == 4 ? Double.NaN : 1;
          return new TrainingTask.BatchLoss(Scale.apply(pass, good.loss(), factor), 4);
        };
    Trainer trainer =
        new Trainer(
            broken,
            RATE,
            TrainingSettings.ofSteps(100).withSaveEvery(2),
            hooks.withCheckpoints(writer));
    String message =
        "Trainer: expected a finite loss at step 5, got NaN; lower the learning rate or look at"
            + " this step's batch. Checkpoints are as they were";
    assertThatThrownBy(() -> trainer.run(state))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
    assertThat(events.get(events.size() - 1))
        .isEqualTo(new Failed(4, "java.lang.IllegalStateException: " + message));
    TrainingState loaded = new TrainingState(backend, new LinearTask(backend, 0).adamW(), 7);
    loaded.load(folder.resolve("state.safetensors"));
    assertThat(loaded.step()).isEqualTo(4);
    assertThat(Files.list(folder)).hasSize(1);
  }

  @Test
  void aValidationThatIsNotFiniteIsAnError() {
    Trainer trainer =
        new Trainer(
            task, RATE, TrainingSettings.ofSteps(2), hooks.withValidation(figures(Double.NaN)));
    assertThatThrownBy(() -> trainer.run(state))
        .hasMessage("Trainer: expected a finite hit@1 at step 2, got NaN");
  }

  @Test
  void aFailingListenerIsReportedOnce() {
    TrainingListener failing =
        event -> {
          throw new IllegalStateException("disk full");
        };
    Trainer trainer =
        new Trainer(
            task, RATE, TrainingSettings.ofSteps(2), TrainingHooks.none().withListener(failing));
    assertThatThrownBy(() -> trainer.run(state))
        .hasMessage("disk full")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
  }

  @Test
  void aStateThatARunEndedWithIsRefused() {
    Trainer trainer = new Trainer(task, RATE, TrainingSettings.ofSteps(2), hooks);
    assertThat(trainer.run(state).step()).isEqualTo(2);
    assertThatThrownBy(() -> trainer.run(state))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "TrainingState: expected a state that no run has ended with, got one at step 2");
  }

  @Test
  void frozenParametersStay() {
    task.weight.setTrainable(false);
    new Trainer(task, RATE, TrainingSettings.ofSteps(3), hooks).run(state);
    assertThat(task.weight.value().toDoubles()).containsOnly(0.0);
    assertThat(task.bias.value().toDoubles()).doesNotContain(0.0);
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> TrainingSettings.ofSteps(0))
        .hasMessage("TrainingSettings: expected steps and microBatches of at least 1, got 0 and 1");
    assertThatThrownBy(() -> TrainingSettings.ofSteps(1).withValidation(0, 3))
        .hasMessage(
            "TrainingSettings: expected validateEvery of at least 1 for a patience of 3, got 0");
    assertThatThrownBy(() -> TrainingSettings.ofSteps(1).withSaveEvery(-1))
        .hasMessage(
            "TrainingSettings: expected validateEvery, patience and saveEvery of at least 0, got 0,"
                + " 0 and -1");
  }

  @Test
  void dropoutDrawsAnewInEveryStep() {
    List<Integer> drawn = new ArrayList<>();
    TrainingTask drawing =
        (Pass pass, long batch) -> {
          drawn.add(pass.nextRandom().nextBits());
          return task.loss(pass, batch);
        };
    new Trainer(drawing, RATE, TrainingSettings.ofSteps(3).withMicroBatches(2), hooks).run(state);
    assertThat(drawn).hasSize(6).doesNotHaveDuplicates();
  }
}
