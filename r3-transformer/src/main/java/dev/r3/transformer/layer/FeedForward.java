package dev.r3.transformer.layer;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.transformer.checkpoint.Weights;

/** output(GELU(inner(x))): x [tokens, hidden] -> [tokens, intermediate] -> [tokens, hidden]. */
public record FeedForward(Dense inner, Dense output) {

  /** The layer stored as {@code name.intermediate.dense} and {@code name.output.dense}. */
  public static FeedForward load(Weights weights, String name, int hidden, int intermediate) {
    return new FeedForward(
        Dense.load(weights, name + ".intermediate.dense", hidden, intermediate),
        Dense.load(weights, name + ".output.dense", intermediate, hidden));
  }

  public Tensor apply(Pass pass, Tensor x) {
    if (pass.isRecording()) { // the widest tensor of a block is kept once, not twice
      return output.applyToActivation(pass, Activation.GELU, inner.apply(pass, x));
    }
    return output.apply(pass, inner.apply(pass, x, Activation.GELU));
  }
}
