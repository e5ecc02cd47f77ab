package dev.r3.train.trainer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Writes every event as a line of JSON and flushes it, so that the file can be followed while the
 * run goes on. Appends: after a resume the steps since the saved state come again, and their last
 * line counts. Durations are in seconds.
 */
public final class JsonlEvents implements TrainingListener, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final String run;
  private final OutputStream out;

  /**
   * @param run the field {@code run} of every line: which of several trainings it is about
   * @throws UncheckedIOException if the file cannot be opened
   */
  public JsonlEvents(Path file, String run) {
    this.file = file;
    this.run = run;
    try { // not a channel: that one would close when the thread is interrupted
      this.out = new FileOutputStream(file.toFile(), true);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void on(TrainingEvent event) {
    try {
      out.write((JSON.writeValueAsString(line(event)) + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private ObjectNode line(TrainingEvent event) {
    ObjectNode line = JSON.createObjectNode().put("run", run);
    if (event instanceof TrainingEvent.Started e) {
      line.put("event", "started").put("step", e.step()).put("steps", e.steps());
    } else if (event instanceof TrainingEvent.StepTaken e) {
      line.put("event", "step")
          .put("step", e.step())
          .put("loss", e.loss())
          .put("learning_rate", e.learningRate())
          .put("gradient_norm", e.gradientNorm())
          .put("tokens_per_second", e.tokensPerSecond())
          .put("elapsed", seconds(e.elapsed()))
          .put("remaining", seconds(e.remaining()));
    } else if (event instanceof TrainingEvent.Validated e) {
      line.put("event", "validated")
          .put("step", e.step())
          .put("metric", e.metric())
          .put("value", e.value())
          .put("improved", e.improved());
    } else if (event instanceof TrainingEvent.CheckpointWritten e) {
      line.put("event", "checkpoint")
          .put("step", e.step())
          .put("kind", name(e.kind()))
          .put("path", e.path().toString());
    } else if (event instanceof TrainingEvent.Finished e) {
      line.put("event", "finished").put("step", e.step()).put("reason", name(e.reason()));
      e.best().ifPresent(b -> line.put("best_step", b.step()).put("best_value", b.value()));
      line.put("elapsed", seconds(e.elapsed()));
    } else if (event instanceof TrainingEvent.Failed e) {
      line.put("event", "failed").put("step", e.step()).put("message", e.message());
    }
    return line;
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private UncheckedIOException failed(IOException e) {
    return new UncheckedIOException(file + ": expected to write events, got " + e, e);
  }
}
