package dev.r3.cli.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request and what the router answered.
 *
 * @param direction such as "zh2en"; may be empty
 * @param candidates in the final order
 */
public record RoutedExample(String query, String direction, List<Candidate> candidates) {

  /** What the data say about a candidate. */
  public enum Role {
    /** One of the skills that solve the request together. */
    GOLD,
    /** Refused together with a gold skill. */
    SKIP_PARTNER,
    OTHER
  }

  /**
   * A skill that the router returned.
   *
   * @param firstRank place after the first stage, from 1
   * @param similarity the first stage's score
   * @param rerankScore the second stage's score; null where it did not read the skill
   */
  public record Candidate(
      String id,
      String name,
      Role role,
      int firstRank,
      double similarity,
      @Nullable Double rerankScore) {}

  public RoutedExample {
    candidates = List.copyOf(candidates);
  }
}
