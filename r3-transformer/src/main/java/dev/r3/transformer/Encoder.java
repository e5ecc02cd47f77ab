package dev.r3.transformer;

import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Pool;
import java.util.List;

/** A transformer body: tokens to one hidden vector a token. What a new architecture implements. */
public interface Encoder {
  /**
   * @return the last hidden state, [tokens, hiddenSize]
   * @throws IllegalArgumentException when a text is longer than {@link #maxTokens} or an id is
   *     outside the vocabulary
   */
  Tensor forward(Pass pass, TokenBatch batch);

  /**
   * One vector a text, [texts, hiddenSize]: {@link #forward}, pooled. Where only one token of a
   * text is asked for, the last block need not compute the others.
   */
  default Tensor pooled(Pass pass, TokenBatch batch, Pooling pooling) {
    return Pool.apply(pass, pooling, forward(pass, batch), batch.sequences());
  }

  int hiddenSize();

  /** The longest text that the model has positions for. */
  int maxTokens();

  /** All parameters, in checkpoint order. */
  List<Parameter> parameters();
}
