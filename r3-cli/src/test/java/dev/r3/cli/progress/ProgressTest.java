package dev.r3.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.cli.TerminalRecorder;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.train.optimizer.AdamW;
import dev.r3.train.schedule.ConstantRate;
import dev.r3.train.schedule.Warmup;
import dev.r3.train.trainer.Trainer;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.train.trainer.TrainingHooks;
import dev.r3.train.trainer.TrainingListener;
import dev.r3.train.trainer.TrainingSettings;
import dev.r3.train.trainer.TrainingState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final TerminalRecorder recorder = new TerminalRecorder();
  private Instant now = Instant.EPOCH;

  private final InstantSource clock = () -> now;
  private final Terminal file = recorder.terminal(0, clock);

  @Test
  void aFileGetsALineNowAndThenAndOneAtTheEnd() {
    try (Progress progress = Progress.start(file, Work.of("mine", 100, "requests"))) {
      for (int done = 1; done <= 100; done++) {
        pass(Duration.ofSeconds(1));
        progress.update(done, "gold " + done);
      }
    }
    assertThat(recorder.err().lines())
        .containsExactly(
            "mine: 1/100 requests, gold 1, 1 min 39 s left",
            "mine: 11/100 requests, gold 11, 1 min 29 s left",
            "mine: 21/100 requests, gold 21, 1 min 19 s left",
            "mine: 31/100 requests, gold 31, 1 min 09 s left",
            "mine: 41/100 requests, gold 41, 59 s left",
            "mine: 51/100 requests, gold 51, 49 s left",
            "mine: 61/100 requests, gold 61, 39 s left",
            "mine: 71/100 requests, gold 71, 29 s left",
            "mine: 81/100 requests, gold 81, 19 s left",
            "mine: 91/100 requests, gold 91, 9.0 s left",
            "mine: 100 requests in 1 min 40 s, gold 100");
    assertThat(recorder.out()).isEmpty();
  }

  @Test
  void linesGetRarerTheLongerALoopRuns() {
    int steps = 24 * 360;
    try (Progress progress = Progress.start(file, Work.of("train", steps, "steps"))) {
      for (int done = 1; done <= steps; done++) {
        pass(Duration.ofSeconds(10));
        progress.update(done);
      }
    }
    assertThat(recorder.err().lines().count()).isBetween(70L, 140L);
  }

  @Test
  void aLoopThatEndsEarlySaysHowFarItCame() {
    try (Progress progress = Progress.start(file, Work.of("mine", 10, "requests"))) {
      pass(Duration.ofMillis(300));
      progress.update(4);
    }
    assertThat(recorder.err().lines()).last().isEqualTo("mine: 4 of 10 requests in 0.3 s");
  }

  @Test
  void theTimeLeftCountsOnlyWhatWasDoneHere() {
    Pace pace = new Pace(new Work("train", 90, 110, "steps"), clock, now);
    assertThat(pace.remaining()).isEmpty();
    pass(Duration.ofSeconds(30));
    pace.update(100, "");
    assertThat(pace.remaining()).contains(Duration.ofSeconds(30));
  }

  @Test
  void workStartsInsideIt() {
    assertThatThrownBy(() -> new Work("train", 3, 2, "steps"))
        .hasMessage("Work(train): expected a start from 0 to 2, got 3");
  }

  @Test
  void durationsAreForPeople() {
    assertThat(Pace.text(Duration.ofMillis(0))).isEqualTo("0.0 s");
    assertThat(Pace.text(Duration.ofMillis(9949))).isEqualTo("9.9 s");
    assertThat(Pace.text(Duration.ofMillis(9951))).isEqualTo("10 s");
    assertThat(Pace.text(Duration.ofMillis(59_499))).isEqualTo("59 s");
    assertThat(Pace.text(Duration.ofMillis(59_500))).isEqualTo("1 min 00 s");
    assertThat(Pace.text(Duration.ofSeconds(3599))).isEqualTo("59 min 59 s");
    assertThat(Pace.text(Duration.ofSeconds(3600 + 4 * 60))).isEqualTo("1 h 04 min");
  }

  @Test
  void aTerminalGetsABarThatGoesWhenTheLoopIsOver() throws InterruptedException {
    Terminal wide = recorder.terminal(100, clock);
    try (Progress progress = Progress.start(wide, Work.of("train", 40, "steps"))) {
      pass(Duration.ofSeconds(5));
      progress.update(10, "loss 0.5");
      for (int tries = 0; tries < 100 && !recorder.err().contains("loss 0.5"); tries++) {
        Thread.sleep(50);
      }
      progress.note("validated");
    }
    assertThat(recorder.err())
        .contains(
            "train", "10/40", "25%", "loss 0.5", "\r\033[Kvalidated" + System.lineSeparator());
    assertThat(recorder.err().lines())
        .last()
        .asString()
        .endsWith("\033[Ktrain: 10 of 40 steps in 5.0 s, loss 0.5");
  }

  @Test
  void aBarFitsItsTerminal() throws InterruptedException {
    Terminal narrow = recorder.terminal(60, clock);
    try (Progress progress = Progress.start(narrow, Work.of("train", 40, "steps"))) {
      pass(Duration.ofSeconds(5));
      progress.update(10, "loss 0.5 and much more that nobody has room for, really not");
      for (int tries = 0; tries < 100 && !recorder.err().contains("10/40"); tries++) {
        Thread.sleep(50);
      }
      assertThat(recorder.err().split("\r")).allMatch(shown -> shown.length() < 60);
    }
  }

  @Test
  void aTrainingRunIsShownStepByStep() {
    TrainingProgress progress = new TrainingProgress(file, "R3-Embedding");
    progress.on(new TrainingEvent.Started(0, 3));
    pass(Duration.ofSeconds(20));
    progress.on(step(1, 2.0, 999.4));
    pass(Duration.ofSeconds(20));
    progress.on(step(2, 1.0, 5123));
    progress.on(new TrainingEvent.Validated(2, "ndcg@10", 0.51234, true));
    progress.on(new TrainingEvent.Validated(2, "ndcg@10", 0.5, false));
    pass(Duration.ofSeconds(20));
    progress.on(step(3, 1.0, 5123));
    progress.on(
        new TrainingEvent.Finished(
            3, TrainingEvent.Finished.Reason.ALL_STEPS, Optional.empty(), Duration.ofSeconds(60)));
    assertThat(recorder.err().lines())
        .containsExactly(
            "train R3-Embedding: 1/3 steps, loss 2.0000, 999 tokens/s, 40 s left",
            "train R3-Embedding: 2/3 steps, loss 1.4737, 5.1k tokens/s, 20 s left",
            "train R3-Embedding: step 2, ndcg@10 0.5123, the best so far",
            "train R3-Embedding: step 2, ndcg@10 0.5000",
            "train R3-Embedding: 3 steps in 1 min 00 s, loss 1.2989, 5.1k tokens/s");
  }

  @Test
  void aTrainingRunThatGoesOnStartsWhereItWas() {
    TrainingProgress progress = new TrainingProgress(file, "R3-Embedding");
    progress.on(new TrainingEvent.Started(100, 102));
    pass(Duration.ofSeconds(20));
    progress.on(step(101, 1, 10));
    assertThat(recorder.err().lines())
        .containsExactly("train R3-Embedding: 101/102 steps, loss 1.0000, 10 tokens/s, 20 s left");
  }

  @Test
  void eventsBeforeTheStartAreRefused() {
    TrainingProgress progress = new TrainingProgress(file, "R3-Embedding");
    assertThatThrownBy(() -> progress.on(step(1, 1, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "TrainingProgress(R3-Embedding): expected Started first, got StepTaken");
  }

  @Test
  void aTrainingThatFailsEndsItsLineOnce() {
    TrainingProgress progress = new TrainingProgress(file, "R3-Embedding");
    progress.on(new TrainingEvent.Started(0, 3));
    progress.on(step(1, 2.0, 100));
    progress.on(new TrainingEvent.Failed(1, "the loss is NaN"));
    progress.on(new TrainingEvent.Failed(1, "again"));
    assertThat(recorder.err().lines())
        .containsExactly(
            "train R3-Embedding: 1/3 steps, loss 2.0000, 100 tokens/s, 0.0 s left",
            "train R3-Embedding: 1 of 3 steps in 0.0 s, loss 2.0000, 100 tokens/s");
  }

  @Test
  void aTrainingThatFailsBeforeItStartsShowsNothing() {
    new TrainingProgress(file, "R3-Embedding").on(new TrainingEvent.Failed(0, "out of memory"));
    assertThat(recorder.err()).isEmpty();
  }

  @Test
  void theBarGoesWhateverTheTrainingThrows() {
    TrainingProgress progress = new TrainingProgress(recorder.terminal(100, clock), "R3-Embedding");
    TrainingListener broken =
        event -> {
          if (event instanceof TrainingEvent.Started) {
            throw new OutOfMemoryError("thrown on purpose");
          }
        };
    Trainer trainer =
        new Trainer(
            (pass, number) -> {
              throw new AssertionError("no step is reached");
            },
            new ConstantRate(new Warmup(1, 1)),
            TrainingSettings.ofSteps(3),
            TrainingHooks.none().withListener(progress).withListener(broken));
    try (Backend backend = Backends.open("java")) {
      AdamW optimizer = new AdamW(backend, List.of());
      assertThatThrownBy(() -> trainer.run(new TrainingState(backend, optimizer, 1)))
          .isInstanceOf(OutOfMemoryError.class);
    }
    assertThat(recorder.err().lines())
        .last()
        .asString()
        .endsWith("\033[Ktrain R3-Embedding: 0 of 3 steps in 0.0 s");
  }

  @Test
  void aShortLoopIsNotShown() {
    try (Progress progress = Progress.whenSlow(file, Work.of("embed", 3, "skills"))) {
      for (int done = 1; done <= 3; done++) {
        pass(Duration.ofMillis(600));
        progress.update(done);
      }
    }
    assertThat(recorder.err()).isEmpty();
  }

  @Test
  void aLoopThatTurnsOutLongIsShownWithItsWholeTime() {
    try (Progress progress = Progress.whenSlow(file, Work.of("embed", 3, "skills"))) {
      for (int done = 1; done <= 3; done++) {
        pass(Duration.ofSeconds(30));
        progress.update(done);
      }
    }
    assertThat(recorder.err().lines())
        .containsExactly(
            "embed: 1/3 skills, 1 min 00 s left",
            "embed: 2/3 skills, 30 s left",
            "embed: 3 skills in 1 min 30 s");
  }

  private static TrainingEvent.StepTaken step(long step, double loss, double tokensPerSecond) {
    return new TrainingEvent.StepTaken(
        step, loss, 1e-4, 1, tokensPerSecond, Duration.ZERO, Duration.ZERO);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }
}
