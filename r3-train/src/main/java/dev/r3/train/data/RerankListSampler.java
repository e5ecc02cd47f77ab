package dev.r3.train.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Lists for a cross-encoder: per request its golds (grade 2), some of its SKIP partners (grade 1)
 * and some of the other skills that the embedder recalls (grade 0). A partner that is not drawn
 * stays out of the list. Golds come first, then partners, then the rest by rank.
 *
 * <p>A list is a function of the seed, the epoch and the request's place in {@code requests}, and
 * does not depend on whether the grades will be used: runs with and without the push-away signal
 * see the same skills ({@link RerankList#withoutPushAway}).
 */
public final class RerankListSampler {
  /**
   * What a list is made of.
   *
   * @param recallDepth how many of the ranked skills are candidates
   * @param listSize the length of a list; shorter where the candidates run out
   * @param maxSkip how many partners at most
   */
  public record Shape(int recallDepth, int listSize, int maxSkip) {
    public Shape {
      if (recallDepth < 1 || listSize < 2 || maxSkip < 0) {
        throw new IllegalArgumentException(
            "RerankListSampler.Shape: expected recallDepth >= 1, listSize >= 2 and maxSkip >= 0,"
                + " got "
                + recallDepth
                + ", "
                + listSize
                + " and "
                + maxSkip);
      }
    }
  }

  private final List<Request> requests;
  private final SkipPartners partners;
  private final Shape shape;
  private final long seed;

  public RerankListSampler(List<Request> requests, SkipPartners partners, Shape shape, long seed) {
    for (Request request : requests) {
      if (request.skillIds().size() >= shape.listSize()) {
        throw new IllegalArgumentException(
            "RerankListSampler: expected lists longer than the "
                + request.skillIds().size()
                + " golds of "
                + request.id()
                + ", got listSize "
                + shape.listSize());
      }
    }
    this.requests = List.copyOf(requests);
    this.partners = partners;
    this.shape = shape;
    this.seed = seed;
  }

  /**
   * One list for each request, in the order of the epoch.
   *
   * @param ranking asked once for each request: a lookup rather than a model
   */
  public List<RerankList> epoch(int epoch, Ranking ranking) {
    List<Integer> order = IntStream.range(0, requests.size()).boxed().toList();
    return Draws.of(seed, Draws.Use.RERANK_ORDER, epoch, 0).shuffled(order).stream()
        .map(i -> list(epoch, i, ranking))
        .toList();
  }

  private RerankList list(int epoch, int index, Ranking ranking) {
    Request request = requests.get(index);
    Draws draws = Draws.of(seed, Draws.Use.RERANK_LISTS, epoch, index);
    List<String> golds = request.skillIds();
    List<String> rejected = partners.of(request);
    int room = shape.listSize() - golds.size();
    List<String> skipped = draws.sample(rejected, Math.min(shape.maxSkip(), room));

    Set<String> graded = new HashSet<>(golds);
    graded.addAll(rejected);
    List<String> rest =
        ranking.rank(request).stream()
            .limit(shape.recallDepth())
            .filter(skill -> !graded.contains(skill))
            .toList();

    List<String> skills = new ArrayList<>(golds);
    skills.addAll(skipped);
    skills.addAll(draws.sample(rest, room - skipped.size()));
    int[] grades = new int[skills.size()];
    for (int i = 0; i < golds.size() + skipped.size(); i++) {
      grades[i] = i < golds.size() ? RerankList.GOLD : RerankList.SKIP;
    }
    return new RerankList(request, skills, grades);
  }
}
