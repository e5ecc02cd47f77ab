package dev.r3.transformer.bert;

import dev.r3.tensor.Philox;
import dev.r3.tensor.Pooling;
import dev.r3.transformer.Architecture;
import dev.r3.transformer.PretrainedModel;
import dev.r3.transformer.checkpoint.Weights;
import java.util.List;

/** BERT checkpoints: bare encoders and {@code BertForSequenceClassification} of one label. */
public final class BertArchitecture implements Architecture {
  private static final int MAX_TOKENS = 512;

  @Override
  public String modelType() {
    return "bert";
  }

  @Override
  public String prefix() {
    return BertPairReader.PREFIX;
  }

  @Override
  public TextDefaults defaults() {
    return new TextDefaults(Pooling.CLS, "", MAX_TOKENS, "BertModel");
  }

  @Override
  public List<String> inputNames() {
    return List.of("input_ids", "token_type_ids", "attention_mask");
  }

  @Override
  public BertEncoder encoder(PretrainedModel files, Weights weights) {
    return new BertEncoder(BertConfig.read(files.config()), weights);
  }

  @Override
  public BertPairReader pairReader(PretrainedModel files, Weights weights) {
    if (!hasHead(weights)) {
      throw files
          .config()
          .error(
              "expected a cross-encoder with a classifier.weight, got an encoder without a head;"
                  + " train one with r3 train reranker");
    }
    return freshPairReader(files, weights, Philox.of(0, 0, 0));
  }

  @Override
  public BertPairReader freshPairReader(PretrainedModel files, Weights weights, Philox random) {
    return BertPairReader.load(encoder(files, weights), weights, files.tokenizer(), random);
  }

  @Override
  public boolean hasHead(Weights weights) {
    return weights.has(BertPairReader.CLASSIFIER);
  }
}
