package dev.r3.transformer;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Philox;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Add;
import dev.r3.tensor.op.Linear;
import dev.r3.tensor.op.Pool;
import dev.r3.tensor.op.Reshape;
import dev.r3.transformer.checkpoint.ConfigFile;
import dev.r3.transformer.checkpoint.Weights;
import dev.r3.transformer.layer.Dense;
import dev.r3.transformer.tokenizer.Encoding;
import dev.r3.transformer.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second stage: reads a query and a skill together and gives one score, higher for a better
 * fit.
 *
 * <p>score = classifier(tanh(pooler(h_CLS))) + residual * similarity, where similarity is the first
 * stage's cosine of the pair. The residual makes a fresh head start at the first stage's ranking
 * instead of at chance; a checkpoint without it (a plain BertForSequenceClassification) has none.
 */
public final class CrossEncoder {
  private static final Logger log = LoggerFactory.getLogger(CrossEncoder.class);

  /** Where a fresh residual starts: similarities as InfoNCE at temperature 0.05 reads them. */
  public static final float FRESH_RESIDUAL = 20;

  private static final String RESIDUAL = "first_stage.weight";
  private static final float INITIALIZER_RANGE = 0.02f; // BERT's

  private final Encoder encoder;
  private final Dense pooler; // [hidden, hidden]
  private final Dense classifier; // [1, hidden]
  private final Parameter residual; // [1, 1]
  private final List<Parameter> parameters;
  private final Tokenizer tokenizer;
  private final ConfigFile config;
  private final int pairMaxTokens;
  private final Backend backend;

  private CrossEncoder(
      PretrainedModel files, Weights weights, int pairMaxTokens, Philox random, Backend backend) {
    encoder = files.encoder(weights);
    int hidden = encoder.hiddenSize();
    pooler =
        new Dense(
            weights.takeOrCreate(
                "pooler.dense.weight", () -> small(random, hidden * hidden), hidden, hidden),
            weights.takeOrCreate("pooler.dense.bias", () -> new float[hidden], hidden));
    classifier =
        new Dense(
            weights.takeOrCreate("classifier.weight", () -> new float[hidden], 1, hidden),
            weights.takeOrCreate("classifier.bias", () -> new float[1], 1));
    boolean fresh = !weights.has("classifier.weight");
    residual = weights.takeOrCreate(RESIDUAL, () -> new float[] {fresh ? FRESH_RESIDUAL : 0}, 1, 1);
    parameters = List.copyOf(weights.taken());
    tokenizer = files.tokenizer();
    config = files.config();
    this.pairMaxTokens = Math.min(pairMaxTokens, encoder.maxTokens());
    this.backend = backend;
    if (this.pairMaxTokens < 8) {
      throw new IllegalArgumentException(
          "CrossEncoder: expected a pair limit of at least 8 tokens, got " + pairMaxTokens);
    }
  }

  private static float[] small(Philox random, int count) {
    float[] values = random.normals(count);
    for (int i = 0; i < count; i++) {
      values[i] *= INITIALIZER_RANGE;
    }
    return values;
  }

  /** Opens a directory that {@link #save} wrote, or a one-label BertForSequenceClassification. */
  public static CrossEncoder open(Path folder, Backend backend) {
    try (PretrainedModel files = PretrainedModel.open(folder)) {
      return of(files, backend);
    }
  }

  /**
   * Makes the model of its parts; the limit is that of r3.json, else the model's own.
   *
   * @throws dev.r3.tensor.io.DataException for an encoder without a head
   */
  public static CrossEncoder of(PretrainedModel files, Backend backend) {
    if (!files.weights().names().contains("classifier.weight")) {
      throw files
          .config()
          .error(
              "expected a cross-encoder with a classifier.weight, got an encoder without a head;"
                  + " train one with r3 train reranker");
    }
    int limit = files.settings().optionalPositive("pair_max_tokens").orElse(512);
    return fresh(files, limit, 0, backend);
  }

  /**
   * A cross-encoder to be trained: the body of {@code files}, a fresh head whose scores are the
   * first stage's similarities times {@link #FRESH_RESIDUAL}.
   *
   * @param pairMaxTokens longest (query, skill) input; the longer text is cut first
   * @param seed of the pooler's initial weights
   */
  public static CrossEncoder fresh(
      PretrainedModel files, int pairMaxTokens, long seed, Backend backend) {
    return new CrossEncoder(
        files, files.weightsOn(backend), pairMaxTokens, Philox.of(seed, 0, 0), backend);
  }

  // ---- inputs

  public Encoding tokenize(String query, String skill) {
    return tokenizer.encodePair(query, skill, pairMaxTokens);
  }

  // ---- forward

  /**
   * Scores of tokenised pairs, [pairs]; differentiable.
   *
   * @param similarities the first stage's cosine of each pair, [pairs]
   */
  public Tensor forward(Pass pass, List<Encoding> pairs, float[] similarities) {
    if (pairs.size() != similarities.length) {
      throw new IllegalArgumentException(
          "CrossEncoder: expected a similarity a pair, got "
              + pairs.size()
              + " pairs and "
              + similarities.length
              + " similarities");
    }
    TokenBatch batch = TokenBatch.of(pairs);
    Tensor hidden = encoder.forward(pass, batch); // [tokens, hidden]
    Tensor first = Pool.apply(pass, Pooling.CLS, hidden, batch.sequences()); // [pairs, hidden]
    Tensor read = classifier.apply(pass, pooler.apply(pass, first, Activation.TANH)); // [pairs, 1]
    Tensor similarity = pass.backend().tensor(new Shape(pairs.size(), 1), similarities);
    Tensor known = Linear.apply(pass, similarity, pass.use(residual), null); // [pairs, 1]
    return Reshape.apply(pass, Add.apply(pass, read, known), pairs.size()); // [pairs]
  }

  /**
   * Raw scores of one query's candidates, in order.
   *
   * @param similarities the first stage's cosines, in the order of {@code skills}
   */
  public float[] score(String query, List<String> skills, float[] similarities) {
    return score(skills.stream().map(skill -> tokenize(query, skill)).toList(), similarities);
  }

  /** Raw scores of tokenised pairs, in order. */
  public float[] score(List<Encoding> pairs, float[] similarities) {
    Truncation.report(log, "pairs", pairs);
    float[] scores = new float[pairs.size()];
    for (int[] members : TokenBudget.DEFAULT.batches(pairs)) {
      List<Encoding> batch = new ArrayList<>();
      float[] known = new float[members.length];
      for (int i = 0; i < members.length; i++) {
        batch.add(pairs.get(members[i]));
        known[i] = similarities[members[i]];
      }
      try (Pass pass = Pass.inference(backend)) {
        float[] packed = forward(pass, batch, known).toFloats();
        for (int i = 0; i < members.length; i++) {
          scores[members[i]] = packed[i];
        }
      }
    }
    return scores;
  }

  // ---- facts

  public List<Parameter> parameters() {
    return parameters;
  }

  public int pairMaxTokens() {
    return pairMaxTokens;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  public Backend backend() {
    return backend;
  }

  ConfigFile config() {
    return config;
  }

  // ---- saving

  /**
   * Writes a BertForSequenceClassification directory, with the residual as one more tensor and the
   * limit in r3.json.
   *
   * @throws java.io.UncheckedIOException with the path when something cannot be written
   */
  public void save(Path folder) {
    new SavedModel(folder).writeCrossEncoder(this);
  }
}
