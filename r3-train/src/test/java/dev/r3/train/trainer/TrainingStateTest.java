package dev.r3.train.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Shape;
import dev.r3.tensor.TestBackends;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.SafetensorsWriter;
import dev.r3.train.optimizer.AdamW;
import dev.r3.train.optimizer.GradientClipping;
import dev.r3.train.optimizer.Optimizer;
import dev.r3.train.optimizer.ParameterGroup;
import dev.r3.train.optimizer.Sgd;
import dev.r3.train.schedule.Warmup;
import dev.r3.train.schedule.WarmupCosine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run that goes on from a saved state is the run that was never stopped, bit by bit. */
class TrainingStateTest {
  private static final long SEED = 7;

  @TempDir private Path folder;

  /** Everything of one run, made anew as a new process would. */
  private final class Run {
    final LinearTask task;
    final TrainingState state;
    final Path file;

    Run(Backend backend, BiFunction<Backend, LinearTask, Optimizer> optimizer, String file) {
      this.task = new LinearTask(backend, 0.1f);
      this.state = new TrainingState(backend, optimizer.apply(backend, task), SEED);
      this.file = folder.resolve(file);
    }

    /** Trains to a step and saves there; the validation gets worse after step 4. */
    byte[] to(long steps) throws IOException {
      Validation validation =
          new Validation() {
            @Override
            public String metric() {
              return "minus the distance from step 4";
            }

            @Override
            public double measure() {
              return -Math.abs(state.step() - 4);
            }
          };
      CheckpointWriter writer =
          new CheckpointWriter() {
            @Override
            public Path writeModel(long step) {
              return file;
            }

            @Override
            public Path writeState(TrainingState toSave) {
              toSave.save(file);
              return file;
            }
          };
      new Trainer(
              task,
              new WarmupCosine(new Warmup(0.05, 3), 12),
              TrainingSettings.ofSteps(steps)
                  .withMicroBatches(2)
                  .withClipping(new GradientClipping(0.5))
                  .withValidation(2, 0),
              TrainingHooks.none().withValidation(validation).withCheckpoints(writer))
          .run(state);
      return Files.readAllBytes(file);
    }
  }

  private static Optimizer adamW(Backend backend, LinearTask task) {
    return task.adamW();
  }

  private static Optimizer sgd(Backend backend, LinearTask task) {
    return new Sgd(
        backend, ParameterGroup.withDecayOnMatrices(List.of(task.weight, task.bias), 0.01), 0.9);
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.TestBackends#all")
  void resumingIsBitwiseTheSameAsNeverStopping(Backend backend) throws IOException {
    List<BiFunction<Backend, LinearTask, Optimizer>> optimizers =
        List.of(TrainingStateTest::adamW, TrainingStateTest::sgd);
    for (BiFunction<Backend, LinearTask, Optimizer> optimizer : optimizers) {
      Run whole = new Run(backend, optimizer, "whole");
      byte[] expected = whole.to(10);

      byte[] half = new Run(backend, optimizer, "parts").to(6);
      Run resumed = new Run(backend, optimizer, "parts");
      resumed.state.load(resumed.file);
      assertThat(resumed.state.step()).isEqualTo(6);
      resumed.state.save(folder.resolve("again"));
      assertThat(Files.readAllBytes(folder.resolve("again"))).isEqualTo(half);

      assertThat(resumed.to(10)).isEqualTo(expected);
      assertThat(resumed.task.weight.value().toDoubles()) // both now have the best ones
          .isEqualTo(whole.task.weight.value().toDoubles());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.TestBackends#all")
  void aResumeWithoutTheOptimizersMemoryIsAnotherRun(Backend backend) throws IOException {
    byte[] expected = new Run(backend, TrainingStateTest::adamW, "whole").to(10);
    byte[] half = new Run(backend, TrainingStateTest::adamW, "parts").to(6);
    assertThat(half).isNotEmpty();
    Run resumed = new Run(backend, TrainingStateTest::adamW, "parts");
    resumed.state.load(resumed.file);
    resumed.state.optimizer().state().restore(resumed.task.weight, null);
    assertThat(resumed.to(10)).isNotEqualTo(expected);
  }

  @Test
  void aParameterThatGetsNoGradientAfterTheResumeStillFollowsItsMoments() throws IOException {
    try (Backend backend = TestBackends.doubles()) {
      double[] expected = oneThenNoGradient(backend, false);
      assertThat(oneThenNoGradient(backend, true)).isEqualTo(expected);
    }
  }

  private double[] oneThenNoGradient(Backend backend, boolean resume) {
    LinearTask task = new LinearTask(backend, 0);
    Optimizer optimizer = task.adamW();
    task.bias.addGradient(backend.tensor(new Shape(2), new double[] {1, -2}));
    optimizer.step(0.1, 1);
    optimizer.clearGradients();
    if (resume) {
      Path file = folder.resolve("one");
      new TrainingState(backend, optimizer, SEED).save(file);
      task = new LinearTask(backend, 0);
      optimizer = task.adamW();
      new TrainingState(backend, optimizer, SEED).load(file);
    }
    optimizer.step(0.1, 1);
    assertThat(optimizer.state().entry(task.bias).updates()).isEqualTo(2);
    assertThat(optimizer.state().entry(task.weight)).isNull();
    return task.bias.value().toDoubles();
  }

  @Test
  void savingMakesNoCopyOfTheModel() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Backend backend = TestBackends.java()) {
      Parameter large = new Parameter("table", backend, backend.zeros(new Shape(1000, 1000)));
      Optimizer optimizer = new AdamW(backend, List.of(new ParameterGroup(List.of(large), 1, 0)));
      large.addGradient(backend.zeros(large.shape()));
      optimizer.step(0.1, 1);
      TrainingState state = new TrainingState(backend, optimizer, SEED);
      assertThat(state.validated(1)).isTrue();
      long before = threads.getCurrentThreadAllocatedBytes();
      state.save(folder.resolve("large"));
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(allocated).isLessThan((long) large.value().size() * Float.BYTES / 4);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.TestBackends#all")
  void betterParametersTakeTheMemoryOfTheBestBefore(Backend backend) {
    LinearTask task = new LinearTask(backend, 0);
    TrainingState state = new TrainingState(backend, task.adamW(), SEED);
    assertThat(state.validated(1)).isTrue();
    BestParameters first = state.best();
    backend.assign(task.bias.value(), new float[] {1, 2});
    assertThat(state.validated(2)).isTrue();
    backend.assign(task.bias.value(), new float[] {3, 4});
    assertThat(state.validated(1.5)).isFalse();
    assertThat(state.best().value()).isEqualTo(2);
    assertThat(state.best().values().get("dense.bias")).isSameAs(first.values().get("dense.bias"));
    state.finish();
    assertThat(task.bias.value().toFloats()).containsExactly(1, 2);
  }

  @Test
  void aStateOfAnotherRunIsRefusedAndChangesNothing() throws IOException {
    try (Backend backend = TestBackends.doubles();
        Backend floats = TestBackends.java()) {
      Run run = new Run(backend, TrainingStateTest::adamW, "state");
      assertThat(run.to(2)).isNotEmpty();
      Optimizer fresh = new LinearTask(backend, 0).adamW();

      assertThatThrownBy(() -> new TrainingState(backend, fresh, 8).load(run.file))
          .isInstanceOf(DataException.class)
          .hasMessage(run.file + ": expected the state of a run with seed 8, got 7");
      assertThatThrownBy(
              () ->
                  new TrainingState(floats, new LinearTask(floats, 0).adamW(), SEED).load(run.file))
          .isInstanceOf(DataException.class)
          .hasMessage(run.file + ": expected F32 for tensor \"parameter/dense.weight\", got F64");

      Parameter wider = new Parameter("dense.weight", backend, backend.zeros(new Shape(2, 4)));
      Optimizer other = new AdamW(backend, List.of(new ParameterGroup(List.of(wider), 1, 0)));
      assertThatThrownBy(() -> new TrainingState(backend, other, SEED).load(run.file))
          .isInstanceOf(DataException.class)
          .hasMessage(
              run.file
                  + ": expected shape [2, 4] for tensor \"parameter/dense.weight\", got [2, 3]");

      LinearTask plain = new LinearTask(backend, 0);
      Optimizer descent = sgd(backend, plain);
      assertThatThrownBy(() -> new TrainingState(backend, descent, SEED).load(run.file))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("velocity/dense.weight");
      assertThat(plain.weight.value().toDoubles()).containsOnly(0.0);
    }
  }

  @Test
  void aFileThatIsNoStateIsRefused() {
    try (Backend backend = TestBackends.doubles()) {
      SafetensorsWriter writer = new SafetensorsWriter();
      writer.add("dense.weight", new Shape(2), new float[2]);
      Path file = folder.resolve("model.safetensors");
      writer.write(file);
      TrainingState state = new TrainingState(backend, new LinearTask(backend, 0).adamW(), SEED);
      assertThatThrownBy(() -> state.load(file))
          .isInstanceOf(DataException.class)
          .hasMessage(file + ": expected a file of format \"r3 training state 1\", got null");
    }
  }
}
