package dev.r3.retrieve.route;

import java.util.List;

/** The first stage's model: requests and skills in one vector space. Safe for several threads. */
public interface TextEmbedder extends AutoCloseable {

  /** Length of every vector. */
  int dimension();

  /** {@code [queries, dimension]}, L2-normalised. */
  float[][] embedQueries(List<String> queries);

  /**
   * {@code [skills, dimension]}, L2-normalised.
   *
   * @param skills texts {@code name | description | body}
   */
  float[][] embedSkills(List<String> skills);

  /**
   * Stands for everything that a skill's embedding depends on besides its text: weights, prompts,
   * length limits. Embeddings are kept under this key.
   */
  String fingerprint();

  /** Frees the model. */
  @Override
  default void close() {}
}
