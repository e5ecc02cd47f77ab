package dev.r3.transformer.layer;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.SwiGlu;
import dev.r3.transformer.checkpoint.Weights;

/** down(silu(gate(x)) * up(x)) (Shazeer 2020): x [tokens, hidden] -> [tokens, hidden]. */
public record GatedFeedForward(Dense gate, Dense up, Dense down) {

  /** The layer stored under {@code name}: gate_proj, up_proj, down_proj. */
  public static GatedFeedForward load(Weights weights, String name, int hidden, int intermediate) {
    return new GatedFeedForward(
        Dense.withoutBias(weights, name + ".gate_proj", hidden, intermediate),
        Dense.withoutBias(weights, name + ".up_proj", hidden, intermediate),
        Dense.withoutBias(weights, name + ".down_proj", intermediate, hidden));
  }

  public Tensor apply(Pass pass, Tensor x) {
    return down.apply(pass, SwiGlu.apply(pass, gate.apply(pass, x), up.apply(pass, x)));
  }
}
