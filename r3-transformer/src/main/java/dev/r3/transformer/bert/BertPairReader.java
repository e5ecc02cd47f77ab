package dev.r3.transformer.bert;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Philox;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Tensor;
import dev.r3.transformer.PairReader;
import dev.r3.transformer.TokenBatch;
import dev.r3.transformer.checkpoint.Weights;
import dev.r3.transformer.layer.Dense;
import dev.r3.transformer.tokenizer.Encoding;
import dev.r3.transformer.tokenizer.Tokenizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * BERT with a classifier of one label: classifier(tanh(pooler(h_CLS))) of the pair [CLS] query
 * [SEP] skill [SEP].
 *
 * @param pooler [hidden, hidden]
 * @param classifier [1, hidden]
 * @param head the parameters of both
 */
public record BertPairReader(
    BertEncoder encoder, Dense pooler, Dense classifier, List<Parameter> head, Tokenizer tokenizer)
    implements PairReader {
  static final String PREFIX = "bert.";
  static final String CLASSIFIER = "classifier.weight";
  private static final float INITIALIZER_RANGE = 0.02f; // BERT's

  /** Takes what the checkpoint has of the head; fresh are a small pooler and a zero classifier. */
  static BertPairReader load(
      BertEncoder encoder, Weights weights, Tokenizer tokenizer, Philox random) {
    int first = weights.taken().size();
    int hidden = encoder.hiddenSize();
    Dense pooler =
        new Dense(
            weights.takeOrCreate(
                "pooler.dense.weight", () -> small(random, hidden * hidden), hidden, hidden),
            weights.takeOrCreate("pooler.dense.bias", () -> new float[hidden], hidden));
    Dense classifier =
        new Dense(
            weights.takeOrCreate(CLASSIFIER, () -> new float[hidden], 1, hidden),
            weights.takeOrCreate("classifier.bias", () -> new float[1], 1));
    List<Parameter> head = List.copyOf(weights.taken().subList(first, weights.taken().size()));
    return new BertPairReader(encoder, pooler, classifier, head, tokenizer);
  }

  private static float[] small(Philox random, int count) {
    float[] values = random.normals(count);
    for (int i = 0; i < count; i++) {
      values[i] *= INITIALIZER_RANGE;
    }
    return values;
  }

  @Override
  public Encoding tokenize(String query, String skill, int maxTokens) {
    return tokenizer.encodePair(query, skill, maxTokens);
  }

  @Override
  public int promptTokens() {
    return 0;
  }

  @Override
  public Tensor read(Pass pass, TokenBatch pairs) {
    Tensor first = encoder.pooled(pass, pairs, Pooling.CLS); // [pairs, hidden]
    return classifier.apply(pass, pooler.apply(pass, first, Activation.TANH)); // [pairs, 1]
  }

  @Override
  public String className() {
    return "BertForSequenceClassification";
  }

  @Override
  public Map<String, Tensor> stored(Backend root) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    encoder.parameters().forEach(p -> tensors.put(PREFIX + p.name(), p.value()));
    for (Parameter parameter : head) {
      String name = parameter.name();
      tensors.put(name.startsWith("pooler.") ? PREFIX + name : name, parameter.value());
    }
    return tensors;
  }
}
