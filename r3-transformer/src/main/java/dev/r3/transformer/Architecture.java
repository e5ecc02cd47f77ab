package dev.r3.transformer;

import dev.r3.tensor.Philox;
import dev.r3.tensor.Pooling;
import dev.r3.transformer.checkpoint.Weights;
import java.util.List;

/**
 * A family of checkpoints, told by {@code model_type}: what a new architecture implements beside
 * its {@link Encoder}.
 */
public interface Architecture {

  /** {@code model_type} of config.json. */
  String modelType();

  /** What comes before the encoder's tensor names in checkpoints with a head, such as "bert.". */
  String prefix();

  /** How texts become vectors where the checkpoint does not say. */
  TextDefaults defaults();

  /** What transformers gives such a model: {@code model_input_names} of its tokenizer. */
  List<String> inputNames();

  /** Takes the encoder's parameters. */
  Encoder encoder(PretrainedModel files, Weights weights);

  /**
   * Takes the parameters of encoder and head.
   *
   * @throws dev.r3.tensor.io.DataException for a checkpoint that is no reranker
   */
  PairReader pairReader(PretrainedModel files, Weights weights);

  /** The same to be trained: where the checkpoint has no head, a fresh one that reads 0. */
  PairReader freshPairReader(PretrainedModel files, Weights weights, Philox random);

  /** Whether training goes on with a head of the checkpoint. */
  boolean hasHead(Weights weights);

  /**
   * What a checkpoint may leave open.
   *
   * @param queryPrompt written before every query
   * @param maxTokens longest text or pair, special tokens included
   * @param encoderName of the bare encoder, for {@code architectures} of config.json
   */
  record TextDefaults(Pooling pooling, String queryPrompt, int maxTokens, String encoderName) {}
}
