package dev.r3.train.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Lists for a cross-encoder: per request its golds (grade 2), some of its SKIP partners (grade 1)
 * and some of the other skills that the embedder recalls (grade 0). A partner that is not drawn
 * stays out of the list. Golds come first, then partners, then the rest by rank.
 *
 * <p>Golds that the embedder does not recall stay out, and a request without one that it does has
 * no list: in use the cross-encoder never sees them, and what they look like beside the others
 * tells them apart without being read (docs/decisions/0007).
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
   * @param allGolds whether every gold is in its list, recalled or not
   */
  public record Shape(int recallDepth, int listSize, int maxSkip, boolean allGolds) {
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
   * The lists of the requests, in the order of the epoch.
   *
   * @param ranking asked once for each request: a lookup rather than a model
   * @throws IllegalStateException if no request has a list
   */
  public List<RerankList> epoch(int epoch, Ranking ranking) {
    List<Integer> order = IntStream.range(0, requests.size()).boxed().toList();
    List<RerankList> lists =
        Draws.of(seed, Draws.Use.RERANK_ORDER, epoch, 0).shuffled(order).stream()
            .flatMap(i -> list(epoch, i, ranking).stream())
            .toList();
    if (lists.isEmpty()) {
      throw new IllegalStateException(
          "RerankListSampler: expected a request with a gold among the first "
              + shape.recallDepth()
              + " candidates, got none of "
              + requests.size()
              + "; raise recallDepth, or train the first stage better");
    }
    return lists;
  }

  private Optional<RerankList> list(int epoch, int index, Ranking ranking) {
    Request request = requests.get(index);
    Draws draws = Draws.of(seed, Draws.Use.RERANK_LISTS, epoch, index);
    List<String> candidates = ranking.rank(request).stream().limit(shape.recallDepth()).toList();
    List<String> golds =
        request.skillIds().stream()
            .filter(gold -> shape.allGolds() || candidates.contains(gold))
            .toList();
    if (golds.isEmpty()) {
      return Optional.empty();
    }
    List<String> rejected = partners.of(request);
    int room = shape.listSize() - golds.size();
    List<String> skipped = draws.sample(rejected, Math.min(shape.maxSkip(), room));

    Set<String> graded = new HashSet<>(request.skillIds());
    graded.addAll(rejected);
    List<String> rest = candidates.stream().filter(skill -> !graded.contains(skill)).toList();

    List<String> skills = new ArrayList<>(golds);
    skills.addAll(skipped);
    skills.addAll(draws.sample(rest, room - skipped.size()));
    int[] grades = new int[skills.size()];
    for (int i = 0; i < golds.size() + skipped.size(); i++) {
      grades[i] = i < golds.size() ? RerankList.GOLD : RerankList.SKIP;
    }
    return Optional.of(new RerankList(request, skills, grades));
  }
}
