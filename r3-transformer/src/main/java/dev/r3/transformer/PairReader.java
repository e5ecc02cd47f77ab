package dev.r3.transformer;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.Map;

/** An encoder with a head that reads a query and a skill together: the core of a cross-encoder. */
public interface PairReader {

  /** The pair as the model reads it; what does not fit is cut, special tokens are not. */
  Encoding tokenize(String query, String skill, int maxTokens);

  /** What a prompt adds to every pair, in tokens; 0 where only special tokens are added. */
  int promptTokens();

  /** One reading a pair, higher for a better fit, [pairs, 1]; differentiable. */
  Tensor read(Pass pass, TokenBatch pairs);

  Encoder encoder();

  /** The Hugging Face class of one label that loads what {@link #stored} gives. */
  String className();

  /**
   * All tensors of encoder and head by that class's names.
   *
   * @param root where tensors that are no parameters are made
   */
  Map<String, Tensor> stored(Backend root);
}
