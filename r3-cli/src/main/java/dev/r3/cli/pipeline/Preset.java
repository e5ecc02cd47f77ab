package dev.r3.cli.pipeline;

import dev.r3.transformer.CrossEncoder;

/**
 * How much work the main job does. Texts are cut to so many tokens, special tokens included.
 *
 * @param queryTokens limit of a query
 * @param skillTokens limit of a skill's text once the models are trained: its name and description,
 *     and what fits of its body
 * @param pairTokens limit of a (query, skill) pair; the longer text is cut first
 * @param recallDepth how many skills of the first stage the reranker reads
 * @param ownPool whether the systems are measured in the pool of the test split's own skills too
 */
public record Preset(
    String name,
    int queryTokens,
    int skillTokens,
    int pairTokens,
    int recallDepth,
    boolean ownPool,
    Embedding embedding,
    Reranker reranker) {

  /**
   * How long and how fast a training goes.
   *
   * @param epochs at most
   * @param validations per epoch, of which the best parameters stay; 0 = the last parameters stay
   * @param patience validations without improvement before it stops; 0 = all epochs
   * @param learningRate the highest, after the warm-up
   */
  public record Schedule(int epochs, int validations, int patience, double learningRate) {}

  /**
   * Training of the bi-encoder.
   *
   * @param skillTokens limit of a skill's text while the model trains: it takes most of the time,
   *     and a model that learned on beginnings reads on
   * @param skillsPerBatch gold skills of a batch, each once
   * @param requestsPerSkill requests of a batch for each of them
   * @param hardNegatives mined skills more for each request, from the second epoch on; 0 = in-batch
   *     negatives only
   * @param startShare how much of the starting weights is mixed into the trained ones; the
   *     embedders of the rerankers' folds are mixed alike
   */
  public record Embedding(
      int skillTokens,
      int skillsPerBatch,
      int requestsPerSkill,
      int hardNegatives,
      double temperature,
      double startShare,
      Schedule schedule) {
    public Embedding withStartShare(double other) {
      return new Embedding(
          skillTokens,
          skillsPerBatch,
          requestsPerSkill,
          hardNegatives,
          temperature,
          other,
          schedule);
    }
  }

  /**
   * Training of the cross-encoders.
   *
   * @param requests how many train requests a epoch takes; 0 = all
   * @param listSize skills of a list
   * @param maxSkip rejected skills of a list at most
   * @param allGolds whether lists hold the golds too that the first stage does not recall
   * @param listsPerBatch lists of a step
   * @param folds by how many embedders the candidates are found, each of them for requests that it
   *     did not train on; 0 = by R3-Embedding, which trained on all
   * @param residual where the weight of the first stage's similarity starts; 0 = at chance
   */
  public record Reranker(
      int requests,
      int listSize,
      int maxSkip,
      boolean allGolds,
      int listsPerBatch,
      int folds,
      double residual,
      Schedule schedule) {
    public Reranker withAllGolds() {
      return new Reranker(
          requests, listSize, maxSkip, true, listsPerBatch, folds, residual, schedule);
    }

    public Reranker withFolds(int other) {
      return new Reranker(
          requests, listSize, maxSkip, allGolds, listsPerBatch, other, residual, schedule);
    }

    public Reranker withResidual(double other) {
      return new Reranker(
          requests, listSize, maxSkip, allGolds, listsPerBatch, folds, other, schedule);
    }
  }

  /**
   * A few minutes on two cores: short texts, one epoch, a part of the requests for the rerankers,
   * whose candidates R3-Embedding itself finds.
   */
  public static final Preset QUICK =
      new Preset(
          "quick",
          64,
          256,
          128,
          10,
          false,
          new Embedding(80, 32, 2, 0, 0.05, 0.2, new Schedule(1, 0, 0, 1e-4)),
          new Reranker(
              448, 4, 2, false, 8, 0, CrossEncoder.FRESH_RESIDUAL, new Schedule(1, 0, 0, 1e-4)));

  /**
   * More requests, longer texts. Of the embedding model the parameters stay that rank the dev split
   * best; of the rerankers the last ones, as the dev split's sample is too small to choose between
   * states of one falling learning rate.
   */
  public static final Preset FULL =
      new Preset(
          "full",
          128,
          512,
          160,
          20,
          true,
          new Embedding(192, 32, 1, 1, 0.05, 0.2, new Schedule(2, 2, 3, 1e-4)),
          new Reranker(
              1536, 8, 2, false, 8, 2, CrossEncoder.FRESH_RESIDUAL, new Schedule(1, 0, 0, 1e-4)));

  /** The same with an embedding model that is trained otherwise. */
  public Preset with(Embedding other) {
    return new Preset(
        name, queryTokens, skillTokens, pairTokens, recallDepth, ownPool, other, reranker);
  }

  /** The same with rerankers that are trained otherwise. */
  public Preset with(Reranker other) {
    return new Preset(
        name, queryTokens, skillTokens, pairTokens, recallDepth, ownPool, embedding, other);
  }

  /**
   * @throws IllegalArgumentException for another name than quick and full
   */
  public static Preset named(String name) {
    return switch (name) {
      case "quick" -> QUICK;
      case "full" -> FULL;
      default -> throw new IllegalArgumentException("Preset: expected quick or full, got " + name);
    };
  }
}
