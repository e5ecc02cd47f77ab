package dev.r3.tensor;

import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of one backward run, by tensor. Operations add to it; afterwards it answers for the
 * watched tensors and for those that the caller asked to keep.
 */
public final class Gradients {
  private final Backend backend;
  private final Set<Tensor> tracked;
  private final IdentityHashMap<Tensor, Tensor> byTensor = new IdentityHashMap<>();
  private final IdentityHashMap<Storage, Integer> holders = new IdentityHashMap<>();

  Gradients(Backend backend, Set<Tensor> tracked) {
    this.backend = backend;
    this.tracked = tracked;
  }

  /**
   * The gradient with respect to {@code tensor}; null when none flowed to it or it was not kept.
   */
  public @Nullable Tensor of(Tensor tensor) {
    return byTensor.get(tensor);
  }

  /** Whether anybody asks for the gradient of this tensor: lets an operation skip work. */
  public boolean wants(Tensor input) {
    return tracked.contains(input);
  }

  /** Adds a contribution to the gradient of an operation's input; computed only if wanted. */
  public void add(Tensor input, Supplier<Tensor> contribution) {
    if (wants(input)) {
      add(input, contribution.get());
    }
  }

  /** Adds a contribution that was computed anyway. */
  public void add(Tensor input, Tensor contribution) {
    if (!wants(input)) {
      return;
    }
    Tensor present = byTensor.get(input);
    if (present == null) {
      hold(input, contribution);
    } else if (holders.getOrDefault(present.storage(), 0) == 1) {
      backend.combine(present, 1, contribution, 1);
    } else { // the same array is also the gradient of another tensor: do not write into it
      Tensor total = backend.add(present, contribution);
      release(present);
      hold(input, total);
    }
  }

  /** Drops the gradient of a tensor that no later step needs. */
  void discard(Tensor tensor) {
    Tensor gradient = byTensor.remove(tensor);
    if (gradient != null) {
      release(gradient);
      if (!holders.containsKey(gradient.storage())) {
        backend.recycle(gradient);
      }
    }
  }

  private void hold(Tensor input, Tensor gradient) {
    byTensor.put(input, gradient);
    holders.merge(gradient.storage(), 1, Integer::sum);
  }

  private void release(Tensor gradient) {
    holders.computeIfPresent(gradient.storage(), (storage, n) -> n == 1 ? null : n - 1);
  }
}
