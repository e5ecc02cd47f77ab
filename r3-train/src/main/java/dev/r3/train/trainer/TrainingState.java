package dev.r3.train.trainer;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.SafetensorsFile;
import dev.r3.tensor.io.SafetensorsWriter;
import dev.r3.tensor.io.StoredTensor;
import dev.r3.tensor.io.TensorStore;
import dev.r3.train.optimizer.Optimizer;
import dev.r3.train.optimizer.OptimizerState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands: parameters, optimizer, step, seed and the best so far. All of it can be saved
 * to one safetensors file, written as a whole, and loaded again: a run that goes on from there
 * takes the same steps, bit by bit, as one that was never stopped.
 *
 * <p>The file holds {@code parameter/NAME}, {@code SLOT/NAME} for each tensor of the optimizer,
 * {@code updates/NAME} and {@code best/NAME}, and the numbers as metadata.
 */
public final class TrainingState {
  private static final String FORMAT = "r3 training state 1";

  private final Backend backend;
  private final Optimizer optimizer;
  private final long seed;
  private long step;
  private int validationsSinceBest;
  private @Nullable BestParameters best;
  private boolean finished;

  /**
   * The start of a run with the parameters as they are.
   *
   * @param backend the root backend of the optimizer's parameters
   * @param seed of dropout; batches take theirs from the task
   */
  public TrainingState(Backend backend, Optimizer optimizer, long seed) {
    this.backend = backend;
    this.optimizer = optimizer;
    this.seed = seed;
  }

  public Backend backend() {
    return backend;
  }

  public Optimizer optimizer() {
    return optimizer;
  }

  public long seed() {
    return seed;
  }

  /** The number of steps taken. */
  public long step() {
    return step;
  }

  @Nullable BestParameters best() {
    return best;
  }

  int validationsSinceBest() {
    return validationsSinceBest;
  }

  void stepTaken() {
    step++;
  }

  /** Remembers the parameters if they are better than all before; whether they are. */
  boolean validated(double value) {
    if (best != null && !(value > best.value())) {
      validationsSinceBest++;
      return false;
    }
    if (best == null) {
      best = BestParameters.copy(backend, optimizer.parameters(), step, value);
    } else {
      best = best.replaced(optimizer.parameters(), step, value);
    }
    validationsSinceBest = 0;
    return true;
  }

  void requireRunnable() {
    if (finished) {
      throw new IllegalStateException(
          "TrainingState: expected a state that no run has ended with, got one at step "
              + step
              + "; its parameters may be the best ones by now, so load the saved state to go on");
    }
  }

  void finish() {
    finished = true;
    if (best != null) {
      best.restore(backend, optimizer.parameters());
    }
  }

  /**
   * Replaces {@code file} as a whole. Tensors go to it part by part: no copy of the model is made.
   *
   * @throws java.io.UncheckedIOException if writing fails; what was there before is then unharmed
   */
  public void save(Path file) {
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata("format", FORMAT);
    writer.metadata("step", Long.toString(step));
    writer.metadata("seed", Long.toString(seed));
    writer.metadata("validations_since_best", Integer.toString(validationsSinceBest));
    OptimizerState memory = optimizer.state();
    for (Parameter parameter : optimizer.parameters()) {
      add(writer, "parameter/" + parameter.name(), parameter.value());
      OptimizerState.Entry entry = memory.entry(parameter);
      if (entry != null) {
        for (int slot = 0; slot < memory.slots().size(); slot++) {
          add(writer, memory.slots().get(slot) + "/" + parameter.name(), entry.tensors().get(slot));
        }
        writer.add("updates/" + parameter.name(), new Shape(), new int[] {entry.updates()});
      }
      if (best != null) {
        HostValues values = best.values().get(parameter.name());
        if (values != null) {
          values.addTo(writer, "best/" + parameter.name(), parameter.shape());
        }
      }
    }
    if (best != null) {
      writer.metadata("best_step", Long.toString(best.step()));
      writer.metadata("best_value", Double.toString(best.value()));
    }
    writer.write(file);
  }

  private void add(SafetensorsWriter writer, String name, Tensor tensor) {
    writer.add(name, HostValues.type(backend), tensor);
  }

  /**
   * Takes over everything from a file that {@link #save} wrote for the same model, optimizer, seed
   * and precision.
   *
   * @throws DataException if the file belongs to another run, or is none of these files
   */
  public void load(Path file) {
    try (TensorStore store = SafetensorsFile.open(file)) {
      try {
        load(store);
      } catch (IllegalArgumentException e) {
        throw new DataException(file + ": " + e.getMessage(), e);
      }
    }
  }

  /** Reads everything before it changes anything. */
  private void load(TensorStore store) {
    Map<String, String> metadata = store.metadata();
    if (!FORMAT.equals(metadata.get("format"))) {
      throw new IllegalArgumentException(
          "expected a file of format \"" + FORMAT + "\", got " + metadata.get("format"));
    }
    if (number(metadata, "seed") != seed) {
      throw new IllegalArgumentException(
          "expected the state of a run with seed " + seed + ", got " + metadata.get("seed"));
    }
    List<Parameter> parameters = optimizer.parameters();
    OptimizerState memory = optimizer.state();
    Map<String, HostValues> values = new LinkedHashMap<>();
    Map<String, HostValues> bestValues = new LinkedHashMap<>();
    List<OptimizerState.@Nullable Entry> entries = new ArrayList<>();
    boolean hasBest = metadata.containsKey("best_step");
    for (Parameter parameter : parameters) {
      values.put(parameter.name(), read(store, "parameter/", parameter));
      entries.add(readEntry(store, memory, parameter));
      if (hasBest) {
        bestValues.put(parameter.name(), read(store, "best/", parameter));
      }
    }
    long savedStep = number(metadata, "step");
    int savedValidations = Math.toIntExact(number(metadata, "validations_since_best"));
    BestParameters savedBest = hasBest ? savedBest(metadata, bestValues) : null;
    new BestParameters(savedStep, 0, values).restore(backend, parameters);
    for (int i = 0; i < parameters.size(); i++) {
      memory.restore(parameters.get(i), entries.get(i));
    }
    step = savedStep;
    validationsSinceBest = savedValidations;
    best = savedBest;
    finished = false;
  }

  private static BestParameters savedBest(
      Map<String, String> metadata, Map<String, HostValues> values) {
    String value = metadata.getOrDefault("best_value", "none");
    try {
      return new BestParameters(number(metadata, "best_step"), Double.parseDouble(value), values);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("expected a number as best_value, got " + value, e);
    }
  }

  private OptimizerState.@Nullable Entry readEntry(
      TensorStore store, OptimizerState memory, Parameter parameter) {
    String updates = "updates/" + parameter.name();
    if (!store.names().contains(updates)) {
      return null;
    }
    List<Tensor> tensors = new ArrayList<>();
    for (String slot : memory.slots()) {
      tensors.add(read(store, slot + "/", parameter).tensor(backend, parameter.shape()));
    }
    return new OptimizerState.Entry(
        List.copyOf(tensors), Math.toIntExact(store.tensor(updates).toLongs()[0]));
  }

  private HostValues read(TensorStore store, String kind, Parameter parameter) {
    StoredTensor stored = store.tensor(kind + parameter.name());
    if (!stored.shape().equals(parameter.shape())) {
      throw new IllegalArgumentException(
          "expected shape "
              + parameter.shape()
              + " for tensor \""
              + stored.name()
              + "\", got "
              + stored.shape());
    }
    return HostValues.of(backend, stored);
  }

  private static long number(Map<String, String> metadata, String key) {
    String text = metadata.getOrDefault(key, "none");
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("expected a whole number as " + key + ", got " + text, e);
    }
  }
}
