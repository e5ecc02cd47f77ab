package dev.r3.transformer.layer;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Concat;
import dev.r3.tensor.op.Gather;
import java.util.List;

/** What one attention layer lets later tokens see of earlier ones; both [rows, kvWidth]. */
public record KeyValues(Tensor keys, Tensor values) {

  /**
   * The rows that the sequences of a batch see: these ones, which come before every sequence, and
   * the batch's own.
   *
   * @param rows of these and {@code own} one below the other, in the order wanted
   */
  KeyValues before(Pass pass, KeyValues own, int[] rows) {
    return new KeyValues(
        Gather.apply(pass, Concat.apply(pass, List.of(keys, own.keys)), rows),
        Gather.apply(pass, Concat.apply(pass, List.of(values, own.values)), rows));
  }
}
