package dev.r3.transformer.qwen3;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Tensor;
import dev.r3.transformer.SharedQueryReader;
import dev.r3.transformer.TokenBatch;
import dev.r3.transformer.TokenBudget;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Qwen3 as a reranker: a prompt that asks whether the skill fits, and the answer's log-odds at its
 * last token. The prompts of one query begin alike; that beginning is computed once.
 */
record PromptReader(Qwen3Decoder encoder, ScoreHead head, RerankPrompt prompt)
    implements SharedQueryReader {
  static final String PREFIX = "model.";

  @Override
  public Encoding tokenize(String query, String skill, int maxTokens) {
    int[] beginning = prompt.beginning(query, maxTokens);
    Encoding rest = prompt.rest(skill, beginning.length, maxTokens);
    int[] ids = Arrays.copyOf(beginning, beginning.length + rest.length());
    System.arraycopy(rest.ids(), 0, ids, beginning.length, rest.length());
    return new Encoding(ids, new int[ids.length], rest.truncatedTokens());
  }

  @Override
  public int promptTokens() {
    return prompt.tokens();
  }

  @Override
  public Pairs split(String query, List<String> skills, int maxTokens) {
    int[] beginning = prompt.beginning(query, maxTokens);
    return new Pairs(
        beginning,
        skills.stream().map(skill -> prompt.rest(skill, beginning.length, maxTokens)).toList());
  }

  @Override
  public Tensor read(Pass pass, TokenBatch pairs) {
    return head.apply(pass, encoder.pooled(pass, pairs, Pooling.LAST));
  }

  @Override
  public float[] readAll(Backend backend, Pairs pairs) {
    try (Pass shared = Pass.inference(backend)) {
      Qwen3Decoder.Prefix prefix = encoder.prefix(shared, pairs.shared());
      float[][] rows =
          TokenBudget.DEFAULT.rows(
              shared.backend(),
              pairs.rests(),
              prefix.tokens(),
              (pass, texts, members) ->
                  head.apply(pass, encoder.last(pass, prefix, TokenBatch.of(texts))));
      float[] readings = new float[rows.length];
      for (int i = 0; i < readings.length; i++) {
        readings[i] = rows[i][0];
      }
      return readings;
    }
  }

  @Override
  public String className() {
    return "Qwen3ForSequenceClassification";
  }

  /** A model that answers in words is stored as one that reads the same from one logit. */
  @Override
  public Map<String, Tensor> stored(Backend root) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : encoder.parameters()) {
      tensors.put(PREFIX + parameter.name(), parameter.value());
    }
    tensors.put(OneLogitHead.NAME, head.asWeight(root));
    return tensors;
  }
}
