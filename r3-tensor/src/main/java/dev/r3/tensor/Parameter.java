package dev.r3.tensor;

import org.jspecify.annotations.Nullable;

/**
 * A named tensor that training may change, with its accumulated gradient.
 *
 * <p>The name is the checkpoint's (for instance {@code
 * encoder.layer.0.attention.self.query.weight}). Value and gradient live on the root backend given.
 */
public final class Parameter {
  private final String name;
  private final Backend root;
  private final Tensor value;
  private boolean trainable = true;
  private @Nullable Tensor gradient;

  /**
   * @param root the backend whose tensors outlive a pass
   * @param value a tensor of {@code root}
   */
  public Parameter(String name, Backend root, Tensor value) {
    this.name = name;
    this.root = root;
    this.value = value;
  }

  public String name() {
    return name;
  }

  public Tensor value() {
    return value;
  }

  public Shape shape() {
    return value.shape();
  }

  public boolean isTrainable() {
    return trainable;
  }

  /** Freezes the parameter, or thaws it: a frozen one gets no gradient and no update. */
  public void setTrainable(boolean trainable) {
    this.trainable = trainable;
  }

  /** The sum of the gradients since the last {@link #clearGradient}; null when there were none. */
  public @Nullable Tensor gradient() {
    return gradient;
  }

  /** Adds to the gradient; backward passes call this. */
  public void addGradient(Tensor more) {
    if (gradient == null) {
      gradient = root.zeros(value.shape());
    }
    root.combine(gradient, 1, more, 1);
  }

  /** Sets the gradient to zero, keeping its memory. */
  public void clearGradient() {
    if (gradient != null) {
      root.combine(gradient, 0, gradient, 0);
    }
  }

  /** Forgets the gradient and its memory: for a model that is done training. */
  public void dropGradient() {
    gradient = null;
  }

  @Override
  public String toString() {
    return "Parameter(" + name + " " + value.shape() + ")";
  }
}
