package dev.r3.retrieve.route;

import java.util.List;

/**
 * What the second stage scores for one request.
 *
 * @param skills texts {@code name | description | body}, best of the first stage first
 * @param similarities the first stage's cosine of each, which the second may use as an input; not
 *     to be changed
 */
public record Candidates(String query, List<String> skills, float[] similarities) {

  public Candidates {
    skills = List.copyOf(skills);
    if (skills.size() != similarities.length) {
      throw new IllegalArgumentException(
          "Candidates: expected one similarity for each of "
              + skills.size()
              + " skills, got "
              + similarities.length);
    }
  }
}
