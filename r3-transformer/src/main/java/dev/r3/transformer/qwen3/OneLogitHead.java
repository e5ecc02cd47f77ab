package dev.r3.transformer.qwen3;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Linear;
import dev.r3.transformer.checkpoint.Weights;

/** score = weight · h, as in {@code Qwen3ForSequenceClassification}; weight [1, hidden]. */
record OneLogitHead(Parameter weight) implements ScoreHead {
  static final String NAME = "score.weight";

  /** The checkpoint's, else one that reads 0. */
  static OneLogitHead load(Weights weights, int hidden) {
    return new OneLogitHead(weights.takeOrCreate(NAME, () -> new float[hidden], 1, hidden));
  }

  @Override
  public Tensor apply(Pass pass, Tensor last) {
    return Linear.apply(pass, last, pass.use(weight), null);
  }

  @Override
  public Tensor asWeight(Backend root) {
    return weight.value();
  }
}
