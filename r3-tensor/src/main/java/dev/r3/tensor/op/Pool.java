package dev.r3.tensor.op;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Sequences;
import dev.r3.tensor.Tensor;
import java.util.List;

/** One vector for each sequence: x [tokens, hidden] -> [sequences, hidden]; see {@link Pooling}. */
public final class Pool {
  private Pool() {}

  public static Tensor apply(Pass pass, Pooling pooling, Tensor x, Sequences sequences) {
    Require.shape("Pool", "input", x, sequences.tokens(), x.lastAxis());
    return pass.record(
        pass.backend().pool(pooling, x, sequences),
        List.of(x),
        (gradOutput, gradients) -> // gradOutput [sequences, hidden]
        gradients.add(x, () -> pass.backend().poolBackward(pooling, gradOutput, sequences)));
  }
}
