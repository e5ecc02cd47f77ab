package dev.r3.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One forward pass, and its way back if it records: the backend scope in which tensors are made,
 * the tape, and the source of randomness. Handed to every operation; there is no hidden state.
 *
 * <pre>{@code
 * try (Pass pass = Pass.training(backend, seed, step)) {
 *   Tensor loss = model.loss(pass, batch);
 *   pass.backward(loss); // adds to the gradients of the parameters
 * }
 * }</pre>
 *
 * Everything made in a pass is gone when it closes; copy results out before.
 */
public final class Pass implements AutoCloseable {
  private final Backend backend;
  private final @Nullable Tape tape;
  private final List<Parameter> used = new ArrayList<>();
  private final long seed;
  private final long step;
  private long draws;

  private Pass(Backend backend, @Nullable Tape tape, long seed, long step) {
    this.backend = backend;
    this.tape = tape;
    this.seed = seed;
    this.step = step;
  }

  /** A pass that only computes: no tape, no dropout. */
  public static Pass inference(Backend backend) {
    return new Pass(backend.scope(), null, 0, 0);
  }

  /**
   * A pass that records for {@link #backward} and draws dropout from (seed, step).
   *
   * @param step number of the training step: the same seed and step give the same masks
   */
  public static Pass training(Backend backend, long seed, long step) {
    return new Pass(backend.scope(), new Tape(), seed, step);
  }

  public Backend backend() {
    return backend;
  }

  /** Whether operations are recorded; operations that can save work otherwise ask this. */
  public boolean isRecording() {
    return tape != null;
  }

  /** A generator for the next random operation of this pass. */
  public Philox nextRandom() {
    return Philox.of(seed, draws++, step);
  }

  /** The value of a parameter, known to the tape if the parameter trains. */
  public Tensor use(Parameter parameter) {
    if (tape != null && parameter.isTrainable() && !tape.tracks(parameter.value())) {
      tape.watch(parameter.value());
      used.add(parameter);
    }
    return parameter.value();
  }

  /** Asks for the gradient of a tensor that is not a parameter. */
  public Tensor watch(Tensor leaf) {
    requireTape("watch").watch(leaf);
    return leaf;
  }

  /** For operations: remembers how the gradient flows back from {@code output}. */
  public Tensor record(Tensor output, List<Tensor> inputs, Tape.BackwardStep backward) {
    if (tape != null) {
      tape.record(output, inputs, backward);
    }
    return output;
  }

  /**
   * Runs a part of the forward pass whose intermediate tensors are not needed afterwards. Without a
   * tape their memory is recycled at once; with a tape they stay for the backward pass.
   */
  public Tensor scoped(Function<Pass, Tensor> part) {
    if (tape != null) {
      return part.apply(this);
    }
    Backend inner = backend.scope();
    try {
      return inner.closeKeeping(part.apply(new Pass(inner, null, seed, step)));
    } catch (RuntimeException | Error failure) {
      inner.close();
      throw failure;
    }
  }

  /**
   * Adds the gradients of a scalar loss to {@link Parameter#gradient()} of every parameter used.
   */
  public void backward(Tensor loss) {
    if (loss.size() != 1) {
      throw new IllegalArgumentException(
          "Pass.backward: expected a scalar loss, got shape "
              + loss.shape()
              + "; reduce it with Mean or Sum");
    }
    Tensor one = backend.tensor(new Shape(), new float[] {1});
    backward(loss, one.withShape(loss.shape()));
  }

  /** The same from any tensor with a given gradient there (GradCache, split gradients). */
  public void backward(Tensor root, Tensor seedGradient) {
    Gradients gradients = gradients(root, seedGradient);
    for (Parameter parameter : used) {
      Tensor gradient = gradients.of(parameter.value());
      if (gradient != null) {
        parameter.addGradient(gradient);
      }
    }
  }

  /**
   * Gradients by tensor, leaving the parameters' own gradients alone.
   *
   * @param keep intermediate tensors whose gradients are wanted as well
   */
  public Gradients gradients(Tensor root, Tensor seedGradient, Tensor... keep) {
    return requireTape("gradients").backward(backend, root, seedGradient, keep);
  }

  private Tape requireTape(String where) {
    if (tape == null) {
      throw new IllegalStateException(
          "Pass."
              + where
              + ": expected a recording pass, got an inference pass; use Pass.training");
    }
    return tape;
  }

  @Override
  public void close() {
    backend.close();
  }
}
