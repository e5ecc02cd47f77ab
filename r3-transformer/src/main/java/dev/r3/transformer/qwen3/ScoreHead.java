package dev.r3.transformer.qwen3;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;

/** How a score is read from the hidden state of a prompt's last token. */
interface ScoreHead {
  /** last [pairs, hidden] -> raw log-odds [pairs, 1]. */
  Tensor apply(Pass pass, Tensor last);

  /** The weight [1, hidden] of a linear layer without bias that reads the same. */
  Tensor asWeight(Backend root);
}
