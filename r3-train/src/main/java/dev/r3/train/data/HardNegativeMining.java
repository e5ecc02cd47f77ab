package dev.r3.train.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Draws hard negatives from a band of an embedder's ranking: low enough that the skill is likely
 * not a gold that nobody wrote down, high enough that it is hard. R3 takes ranks 20 to 50 of some
 * thousand skills; a small pool needs lower ones.
 *
 * @param fromRank the first rank of the band, counted from 1 with the golds
 * @param toRank its last rank
 * @param perRequest how many to draw for a request; fewer where the band holds fewer
 * @param avoided whose partners of a request are not drawn for it; null draws them like others
 */
public record HardNegativeMining(
    int fromRank, int toRank, int perRequest, @Nullable SkipPartners avoided, long seed) {
  public HardNegativeMining {
    if (fromRank < 1 || toRank < fromRank) {
      throw new IllegalArgumentException(
          "HardNegativeMining: expected 1 <= fromRank <= toRank, got "
              + fromRank
              + " and "
              + toRank);
    }
    if (perRequest < 1) {
      throw new IllegalArgumentException(
          "HardNegativeMining: expected perRequest of at least 1, got " + perRequest);
    }
  }

  /**
   * Draws for every request.
   *
   * @param round which drawing this is, such as the epoch that it is for: others draw others
   * @throws IllegalArgumentException if a ranking ends before the band begins
   */
  public HardNegatives mine(List<Request> requests, Ranking ranking, int round) {
    Map<String, List<String>> mined = new HashMap<>();
    for (int i = 0; i < requests.size(); i++) {
      Request request = requests.get(i);
      Draws draws = Draws.of(seed, Draws.Use.HARD_NEGATIVES, round, i);
      mined.put(request.id(), draws.sample(band(request, ranking.rank(request)), perRequest));
    }
    return request -> {
      @Nullable List<String> negatives = mined.get(request.id());
      if (negatives == null) {
        throw new IllegalArgumentException(
            "HardNegativeMining: expected one of the "
                + mined.size()
                + " mined requests, got "
                + request.id());
      }
      return negatives;
    };
  }

  private List<String> band(Request request, List<String> ranked) {
    if (ranked.size() < fromRank) {
      throw new IllegalArgumentException(
          "HardNegativeMining: expected at least "
              + fromRank
              + " ranked skills for "
              + request.id()
              + ", got "
              + ranked.size()
              + "; hint: a small pool needs lower ranks");
    }
    return ranked.subList(fromRank - 1, Math.min(toRank, ranked.size())).stream()
        .filter(skill -> !request.skillIds().contains(skill))
        .filter(skill -> avoided == null || !avoided.isPartner(request, skill))
        .toList();
  }
}
