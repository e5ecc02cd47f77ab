package dev.r3.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Records operations in order and runs their backward steps in reverse: reverse-mode automatic
 * differentiation. A tape can run backward any number of times, from different tensors and seeds.
 */
public final class Tape {
  /** Turns the gradient of an operation's output into contributions to its inputs' gradients. */
  @FunctionalInterface
  public interface BackwardStep {
    void run(Tensor gradOutput, Gradients gradients);
  }

  private record Node(Tensor output, BackwardStep backward) {}

  private final List<Node> nodes = new ArrayList<>();
  private final Set<Tensor> leaves = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Tensor> tracked = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Asks for the gradient of a tensor that no recorded operation made. */
  public void watch(Tensor leaf) {
    leaves.add(leaf);
    tracked.add(leaf);
  }

  /** Whether the tensor is watched or was computed from a watched one. */
  public boolean tracks(Tensor tensor) {
    return tracked.contains(tensor);
  }

  /** Remembers an operation if any of its inputs is tracked. */
  void record(Tensor output, List<Tensor> inputs, BackwardStep backward) {
    for (Tensor input : inputs) {
      if (tracked.contains(input)) {
        tracked.add(output);
        nodes.add(new Node(output, backward));
        return;
      }
    }
  }

  /**
   * Gradients of Σ seed * root with respect to every watched tensor and to those in {@code keep}.
   *
   * @param backend the scope in which gradients are made
   * @param seed gradient at {@code root}, in its shape
   * @param keep intermediate tensors whose gradients the caller will read
   */
  Gradients backward(Backend backend, Tensor root, Tensor seed, Tensor... keep) {
    if (!tracked.contains(root)) {
      throw new IllegalArgumentException(
          "Tape.backward: expected a tensor computed from a watched tensor or a trainable parameter"
              + " on this tape, got "
              + root);
    }
    if (!root.shape().equals(seed.shape())) {
      throw new IllegalArgumentException(
          "Tape.backward: expected a seed of shape " + root.shape() + ", got " + seed.shape());
    }
    Set<Tensor> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    kept.addAll(List.of(keep));
    kept.addAll(leaves);
    kept.add(root); // its gradient is the caller's seed
    Gradients gradients = new Gradients(backend, tracked);
    gradients.add(root, seed);
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      Tensor gradOutput = gradients.of(node.output());
      if (gradOutput == null) {
        continue; // the root does not depend on it
      }
      node.backward().run(gradOutput, gradients);
      if (!kept.contains(node.output())) {
        gradients.discard(node.output());
      }
    }
    return gradients;
  }
}
