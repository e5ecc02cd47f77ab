package dev.r3.transformer;

import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/** A transformer body: tokens to one hidden vector a token. What a new architecture implements. */
public interface Encoder {
  /**
   * @return the last hidden state, [tokens, hiddenSize]
   * @throws IllegalArgumentException when a text is longer than {@link #maxTokens} or an id is
   *     outside the vocabulary
   */
  Tensor forward(Pass pass, TokenBatch batch);

  int hiddenSize();

  /** The longest text that the model has positions for. */
  int maxTokens();

  /** All parameters, in checkpoint order. */
  List<Parameter> parameters();
}
