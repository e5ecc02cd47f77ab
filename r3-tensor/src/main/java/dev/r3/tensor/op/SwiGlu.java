package dev.r3.tensor.op;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/** y = silu(gate) * up, the gated unit of Shazeer (2020); all [rows, columns]. */
public final class SwiGlu {
  private SwiGlu() {}

  public static Tensor apply(Pass pass, Tensor gate, Tensor up) {
    Require.sameShape("SwiGlu", gate, up);
    return pass.record(
        pass.backend().swiGlu(gate, up),
        List.of(gate, up),
        (gradOutput, gradients) -> {
          List<Tensor> gateAndUp = pass.backend().swiGluBackward(gradOutput, gate, up);
          gradients.add(gate, gateAndUp.get(0));
          gradients.add(up, gateAndUp.get(1));
        });
  }
}
