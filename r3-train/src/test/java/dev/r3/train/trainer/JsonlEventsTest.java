package dev.r3.train.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.train.trainer.TrainingEvent.CheckpointWritten;
import dev.r3.train.trainer.TrainingEvent.Finished;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonlEventsTest {
  @TempDir private Path folder;

  @Test
  void everyEventIsALineThatIsThereAtOnce() throws Exception {
    Path file = folder.resolve("metrics.jsonl");
    try (JsonlEvents events = new JsonlEvents(file, "embedding")) {
      events.on(new TrainingEvent.Started(0, 20));
      events.on(
          new TrainingEvent.StepTaken(
              1, 2.5, 1e-4, 0.75, 1000, Duration.ofMillis(1500), Duration.ofSeconds(30)));
      assertThat(Files.readAllLines(file)).hasSize(2);
      events.on(new TrainingEvent.Validated(1, "ndcg@10", 0.5, true));
      events.on(new CheckpointWritten(1, CheckpointWritten.Kind.MODEL, Path.of("out")));
      events.on(
          new Finished(
              1,
              Finished.Reason.NO_IMPROVEMENT,
              Optional.of(new Finished.Best(1, 0.5)),
              Duration.ofSeconds(2)));
      events.on(new TrainingEvent.Failed(1, "no \"luck\"\n"));
    }
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"run\":\"embedding\",\"event\":\"started\",\"step\":0,\"steps\":20}",
            "{\"run\":\"embedding\",\"event\":\"step\",\"step\":1,\"loss\":2.5,\"learning_rate\":1.0E-4,"
                + "\"gradient_norm\":0.75,\"tokens_per_second\":1000.0,\"elapsed\":1.5,"
                + "\"remaining\":30.0}",
            "{\"run\":\"embedding\",\"event\":\"validated\",\"step\":1,\"metric\":\"ndcg@10\",\"value\":0.5,"
                + "\"improved\":true}",
            "{\"run\":\"embedding\",\"event\":\"checkpoint\",\"step\":1,\"kind\":\"model\",\"path\":\"out\"}",
            "{\"run\":\"embedding\",\"event\":\"finished\",\"step\":1,\"reason\":\"no_improvement\",\"best_step\":1,"
                + "\"best_value\":0.5,\"elapsed\":2.0}",
            "{\"run\":\"embedding\",\"event\":\"failed\",\"step\":1,\"message\":\"no \\\"luck\\\"\\n\"}");
  }

  @Test
  void aResumedRunAppends() throws Exception {
    Path file = folder.resolve("metrics.jsonl");
    for (int run = 0; run < 2; run++) {
      try (JsonlEvents events = new JsonlEvents(file, "embedding")) {
        events.on(new TrainingEvent.Started(run, 20));
      }
    }
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  @Test
  void anInterruptedThreadCanStillWrite() throws Exception {
    Path file = folder.resolve("metrics.jsonl");
    try (JsonlEvents events = new JsonlEvents(file, "embedding")) {
      Thread.currentThread().interrupt();
      events.on(new TrainingEvent.Started(0, 1));
      events.on(new TrainingEvent.Started(1, 1));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  @Test
  void aFileThatCannotBeOpenedIsNamed() {
    Path file = folder.resolve("missing").resolve("metrics.jsonl");
    assertThatThrownBy(() -> new JsonlEvents(file, "embedding"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith(file + ": expected to write events, got ");
  }
}
