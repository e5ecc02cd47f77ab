package dev.r3.transformer;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Philox;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.op.Add;
import dev.r3.tensor.op.Linear;
import dev.r3.tensor.op.Reshape;
import dev.r3.transformer.checkpoint.ConfigFile;
import dev.r3.transformer.checkpoint.LoadOptions;
import dev.r3.transformer.checkpoint.Weights;
import dev.r3.transformer.tokenizer.Encoding;
import dev.r3.transformer.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second stage: reads a query and a skill together and gives one score, higher for a better
 * fit. Raw scores are log-odds; {@link #probability} turns one into a probability.
 *
 * <p>score = reading + residual * similarity, where the reading is the architecture's ({@link
 * PairReader}) and similarity the first stage's cosine of the pair. The residual makes a fresh head
 * start at the first stage's ranking instead of at chance; checkpoints of others have none.
 */
public final class CrossEncoder {
  private static final Logger log = LoggerFactory.getLogger(CrossEncoder.class);

  /**
   * Where a fresh residual starts. Half of what InfoNCE at temperature 0.05 reads similarities
   * with: on requests that it was not trained on, an embedder is less sure.
   */
  public static final float FRESH_RESIDUAL = 10;

  private static final int FEWEST_PAIR_TOKENS = 8; // BERT's three special ones among them

  static final String RESIDUAL = "first_stage.weight";
  static final String FIRST_STAGE = "first_stage";

  /**
   * How a cross-encoder that is to be trained begins.
   *
   * @param pairMaxTokens longest (query, skill) input; the prompt of an architecture that has one
   *     comes on top
   * @param residual where the weight of the first stage's similarity starts, such as {@link
   *     #FRESH_RESIDUAL}; 0 = at chance
   * @param firstStage {@link BiEncoder#fingerprint} of the model that the similarities come from
   * @param seed of the head's initial weights
   */
  public record Fresh(int pairMaxTokens, float residual, String firstStage, long seed) {}

  private final PairReader reader;
  private final Parameter residual; // [1, 1]
  private final List<Parameter> parameters;
  private final Tokenizer tokenizer;
  private final ConfigFile config;
  private final int pairMaxTokens;
  private final Optional<String> firstStage;
  private final Backend backend;

  private CrossEncoder(
      PretrainedModel files,
      PairReader reader,
      Weights weights,
      float residual,
      int maxTokens,
      Optional<String> firstStage) {
    this.firstStage = firstStage;
    this.reader = reader;
    this.residual = weights.takeOrCreate(RESIDUAL, () -> new float[] {residual}, 1, 1);
    parameters = List.copyOf(weights.taken());
    tokenizer = files.tokenizer();
    config = files.config();
    backend = weights.root();
    pairMaxTokens = Math.min(maxTokens, reader.encoder().maxTokens());
    int prompt = reader.promptTokens();
    if (pairMaxTokens - prompt < FEWEST_PAIR_TOKENS) {
      throw new DataException(
          ("%s: expected room for %d tokens of query and skill, got %d: pairs of %d tokens, %d of"
                  + " them the prompt")
              .formatted(
                  files.where(),
                  FEWEST_PAIR_TOKENS,
                  pairMaxTokens - prompt,
                  pairMaxTokens,
                  prompt));
    }
  }

  /**
   * Opens a directory that {@link #save} wrote, or a reranker of a supported architecture, to be
   * used and not trained.
   */
  public static CrossEncoder open(Path folder, Backend backend) {
    return open(folder, backend, LoadOptions.inference());
  }

  /** Opens a directory that {@link #save} wrote, or a reranker of a supported architecture. */
  public static CrossEncoder open(Path folder, Backend backend, LoadOptions options) {
    try (PretrainedModel files = PretrainedModel.open(folder)) {
      return of(files, backend, options);
    }
  }

  /** {@link #of(PretrainedModel, Backend, LoadOptions)} for training. */
  public static CrossEncoder of(PretrainedModel files, Backend backend) {
    return of(files, backend, LoadOptions.training());
  }

  /**
   * Makes the model of its parts; the limit is that of r3.json, else the architecture's.
   *
   * @throws DataException for an encoder without a head, or a limit that the prompt fills
   */
  public static CrossEncoder of(PretrainedModel files, Backend backend, LoadOptions options) {
    Architecture architecture = files.architecture();
    int limit =
        files
            .settings()
            .optionalPositive("pair_max_tokens")
            .orElse(architecture.defaults().maxTokens());
    Weights weights = files.weightsOn(backend, options);
    return new CrossEncoder(
        files,
        architecture.pairReader(files, weights),
        weights,
        0,
        limit,
        files.settings().optionalText(FIRST_STAGE));
  }

  /**
   * A cross-encoder to be trained: the body of {@code files} and a fresh head whose scores are the
   * first stage's similarities times the residual. A checkpoint that has a head already keeps it,
   * without a residual.
   *
   * @throws DataException when the limit leaves no room for query and skill
   */
  public static CrossEncoder fresh(PretrainedModel files, Fresh fresh, Backend backend) {
    Architecture architecture = files.architecture();
    Weights weights = files.weightsOn(backend, LoadOptions.training());
    PairReader reader = architecture.freshPairReader(files, weights, Philox.of(fresh.seed(), 0, 0));
    return new CrossEncoder(
        files,
        reader,
        weights,
        architecture.hasHead(weights) ? 0 : fresh.residual(),
        fresh.pairMaxTokens() + reader.promptTokens(),
        Optional.of(fresh.firstStage()));
  }

  /** The probability that log-odds stand for: 1 / (1 + e^-score). */
  public static double probability(float score) {
    return 1 / (1 + Math.exp(-score));
  }

  // ---- inputs

  public Encoding tokenize(String query, String skill) {
    return reader.tokenize(query, skill, pairMaxTokens);
  }

  // ---- forward

  /**
   * Scores of tokenised pairs, [pairs]; differentiable.
   *
   * @param similarities the first stage's cosine of each pair, [pairs]
   */
  public Tensor forward(Pass pass, List<Encoding> pairs, float[] similarities) {
    requireSimilarities(pairs.size(), similarities);
    Tensor read = reader.read(pass, TokenBatch.of(pairs)); // [pairs, 1]
    Tensor similarity = pass.backend().tensor(new Shape(pairs.size(), 1), similarities);
    Tensor known = Linear.apply(pass, similarity, pass.use(residual), null); // [pairs, 1]
    return Reshape.apply(pass, Add.apply(pass, read, known), pairs.size()); // [pairs]
  }

  private static void requireSimilarities(int pairs, float[] similarities) {
    if (pairs != similarities.length) {
      throw new IllegalArgumentException(
          "CrossEncoder: expected a similarity a pair, got "
              + pairs
              + " pairs and "
              + similarities.length
              + " similarities");
    }
  }

  /**
   * Raw scores of one query's candidates, in order. An architecture whose pairs begin with the
   * query computes it once.
   *
   * @param similarities the first stage's cosines, in the order of {@code skills}
   */
  public float[] score(String query, List<String> skills, float[] similarities) {
    if (!(reader instanceof SharedQueryReader shared)) {
      return score(skills.stream().map(skill -> tokenize(query, skill)).toList(), similarities);
    }
    requireSimilarities(skills.size(), similarities);
    SharedQueryReader.Pairs pairs = shared.split(query, skills, pairMaxTokens);
    Truncation.report(log, "pairs", pairs.rests());
    float[] scores = shared.readAll(backend, pairs);
    float weight = residual.value().toFloats()[0];
    for (int i = 0; i < scores.length; i++) {
      scores[i] += weight * similarities[i];
    }
    return scores;
  }

  /** Raw scores of tokenised pairs, in order. */
  public float[] score(List<Encoding> pairs, float[] similarities) {
    requireSimilarities(pairs.size(), similarities);
    Truncation.report(log, "pairs", pairs);
    float[][] rows =
        TokenBudget.DEFAULT.rows(
            backend,
            pairs,
            0,
            (pass, batch, members) -> {
              float[] known = new float[members.length];
              for (int i = 0; i < known.length; i++) {
                known[i] = similarities[members[i]];
              }
              return forward(pass, batch, known);
            });
    float[] scores = new float[rows.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = rows[i][0];
    }
    return scores;
  }

  /**
   * Whether {@link #score(String, List, float[])} computes what the pairs of a query share only
   * once, so that it is cheaper than {@link #score(List, float[])}.
   */
  public boolean readsQueryOnce() {
    return reader instanceof SharedQueryReader;
  }

  // ---- facts

  /** All parameters: the encoder's, the head's, the residual. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** The parameters of the encoder, which comes pretrained. */
  public List<Parameter> encoderParameters() {
    return reader.encoder().parameters();
  }

  public int pairMaxTokens() {
    return pairMaxTokens;
  }

  /**
   * Whether its similarities came from that first stage when it was trained, or nobody knows.
   *
   * @param embedder with its weights as they were stored
   */
  public boolean learnedWith(BiEncoder embedder) {
    return firstStage.map(name -> name.equals(embedder.fingerprint())).orElse(true);
  }

  Optional<String> firstStage() {
    return firstStage;
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

  PairReader reader() {
    return reader;
  }

  /** The weight of the first stage's similarity, [1, 1]. */
  public Parameter residual() {
    return residual;
  }

  // ---- saving

  /**
   * Writes a directory for sequence classification with one label, with the residual as one more
   * tensor where there is one and the limit in r3.json.
   *
   * @throws java.io.UncheckedIOException with the path when something cannot be written
   */
  public void save(Path folder) {
    new SavedModel(folder).writeCrossEncoder(this);
  }
}
