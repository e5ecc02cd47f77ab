package dev.r3.cli.pipeline;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.r3.tensor.io.DataException;
import dev.r3.train.data.HardNegatives;
import dev.r3.train.data.Request;
import dev.r3.train.trainer.CheckpointWriter;
import dev.r3.train.trainer.JsonlEvents;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.train.trainer.TrainingHooks;
import dev.r3.train.trainer.TrainingState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One training of a run: its events go to metrics.jsonl and to whom watches, its model into the
 * run's folder, and what a resume needs into {@code state/} until it is over.
 */
public final class TrainingSession implements AutoCloseable {
  private final RunFolder run;
  private final String name;
  private final boolean resumed;
  private final RunView view;
  private final JsonlEvents events;
  private boolean stopped;

  private TrainingSession(RunFolder run, String name, boolean resumed, RunView view) {
    this.run = run;
    this.name = name;
    this.resumed = resumed;
    this.view = view;
    events = new JsonlEvents(run.metrics(), name);
  }

  /** Begins a training; what an earlier one of that name left to go on from goes. */
  public static TrainingSession start(RunFolder run, String name, RunView view) {
    run.requireWritable(name);
    run.clearState(name);
    new MetricsFile(run.metrics()).drop(name);
    return new TrainingSession(run, name, false, view);
  }

  /** Goes on with an interrupted training. */
  public static TrainingSession resume(RunFolder run, String name, RunView view) {
    requireInterrupted(run, name);
    run.requireWritable(name);
    return new TrainingSession(run, name, true, view);
  }

  /**
   * Checks that there is a training to go on with.
   *
   * @throws DataException if there is none of that name
   */
  static void requireInterrupted(RunFolder run, String name) {
    Path state = run.state(name);
    if (!Files.isRegularFile(state)) {
      throw new DataException(
          state
              + ": expected the state of an interrupted training to go on from, got no such file;"
              + " a training that came to its end leaves none. Begin anew without --resume");
    }
  }

  /** Where the model goes. */
  public Path model() {
    return run.model(name);
  }

  /**
   * What the trainer is connected to, still without a validation.
   *
   * @param save writes the model as it is now into a folder
   */
  TrainingHooks hooks(Consumer<Path> save) {
    return TrainingHooks.none()
        .withListener(view.training(name).and(events).and(this::on))
        .withCheckpoints(
            new CheckpointWriter() {
              @Override
              public Path writeModel(long step) {
                save.accept(model());
                return model();
              }

              @Override
              public Path writeState(TrainingState state) {
                state.save(run.state(name));
                return run.state(name);
              }
            });
  }

  /** The fresh state as it is, or what was saved of the training that goes on. */
  TrainingState begin(TrainingState fresh) {
    if (resumed) {
      fresh.load(run.state(name));
    }
    return fresh;
  }

  /**
   * Hard negatives as they were mined when the epoch began: who resumes in the midst of it has a
   * model that would mine others.
   */
  HardNegatives kept(int epoch, List<Request> requests, Supplier<HardNegatives> mining) {
    Path file = run.stateFile(name, "negatives-" + epoch + ".json");
    Map<String, List<String>> negatives;
    if (Files.exists(file)) {
      negatives = RunFolder.readJson(file, new TypeReference<>() {});
    } else {
      HardNegatives mined = mining.get();
      negatives = new LinkedHashMap<>();
      for (Request request : requests) {
        negatives.put(request.id(), mined.forRequest(request));
      }
      RunFolder.writeJson(file, negatives);
    }
    return request ->
        Objects.requireNonNull(
            negatives.get(request.id()), () -> file + ": expected request " + request.id());
  }

  private void on(TrainingEvent event) {
    boolean between =
        event instanceof TrainingEvent.Started || event instanceof TrainingEvent.StepTaken;
    if (between && view.stopRequested()) {
      stopped = true;
      Thread.currentThread().interrupt(); // the trainer saves its state and ends
    } else if (event instanceof TrainingEvent.Finished finished
        && finished.reason() != TrainingEvent.Finished.Reason.INTERRUPTED) {
      run.clearState(name); // four times the size of the model, and of no use any more
    }
  }

  @Override
  public void close() {
    events.close();
    if (stopped) {
      stopped = !Thread.interrupted(); // what is still to be written must not fail of it
    }
  }
}
