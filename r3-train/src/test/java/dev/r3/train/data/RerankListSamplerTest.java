package dev.r3.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RerankListSamplerTest {
  private static final Request REQUEST = new Request("q", "query", List.of("c"), "en", "en2en");

  @Provide
  Arbitrary<List<Request>> requests() {
    return RequestArbitraries.requests();
  }

  @Provide
  Arbitrary<List<String>> rankings() {
    return Arbitraries.shuffle(RequestArbitraries.allSkills());
  }

  @Provide
  Arbitrary<List<Rejection>> rejections() {
    return RequestArbitraries.skill()
        .set()
        .ofMinSize(2)
        .ofMaxSize(3)
        .list()
        .ofMaxSize(10)
        .map(
            combinations -> {
              List<Rejection> rejections = new ArrayList<>();
              for (Set<String> skills : combinations) {
                rejections.add(
                    new Rejection("r" + rejections.size(), List.copyOf(skills), "redundant", ""));
              }
              return rejections;
            });
  }

  @Property
  void listsHoldGoldsSomePartnersAndOtherCandidates(
      @ForAll("requests") List<Request> requests,
      @ForAll("rejections") List<Rejection> rejections,
      @ForAll("rankings") List<String> ranked,
      @ForAll @IntRange(min = 1, max = 12) int recallDepth,
      @ForAll @IntRange(min = 4, max = 9) int listSize,
      @ForAll @IntRange(max = 4) int maxSkip,
      @ForAll boolean allGolds,
      @ForAll long seed) {
    SkipPartners partners = SkipPartners.of(rejections);
    RerankListSampler sampler =
        new RerankListSampler(
            requests,
            partners,
            new RerankListSampler.Shape(recallDepth, listSize, maxSkip, allGolds),
            seed);
    List<String> recalled = ranked.subList(0, recallDepth);
    List<Request> expected =
        requests.stream()
            .filter(request -> allGolds || request.skillIds().stream().anyMatch(recalled::contains))
            .toList();
    Assume.that(!expected.isEmpty());
    List<RerankList> lists = sampler.epoch(1, request -> ranked);
    assertThat(lists).extracting(RerankList::request).containsExactlyInAnyOrderElementsOf(expected);
    for (RerankList list : lists) {
      List<String> golds = new ArrayList<>(list.request().skillIds());
      List<String> rejected = partners.of(list.request());
      Set<String> rest = new HashSet<>(recalled);
      golds.forEach(rest::remove);
      rejected.forEach(rest::remove);
      golds.removeIf(gold -> !allGolds && !recalled.contains(gold));
      int skips = Math.min(Math.min(maxSkip, rejected.size()), listSize - golds.size());
      assertThat(withGrade(list, 2)).containsExactlyElementsOf(golds);
      assertThat(withGrade(list, 1)).isSubsetOf(rejected).hasSize(skips);
      assertThat(withGrade(list, 0))
          .isSubsetOf(rest)
          .hasSize(Math.min(rest.size(), listSize - golds.size() - skips));
      assertThat(list.skillIds()).doesNotHaveDuplicates();
    }
    assertThat(sampler.epoch(1, request -> ranked)).usingRecursiveComparison().isEqualTo(lists);
  }

  private static List<String> withGrade(RerankList list, int grade) {
    List<String> skills = new ArrayList<>();
    for (int i = 0; i < list.grades().length; i++) {
      if (list.grades()[i] == grade) {
        skills.add(list.skillIds().get(i));
      }
    }
    return skills;
  }

  @Test
  void theFirstCandidatesCompeteAndPartnersCountBeyondThem() {
    SkipPartners partners =
        SkipPartners.of(List.of(new Rejection("r", List.of("c", "f"), "conflicting", "")));
    RerankListSampler sampler =
        new RerankListSampler(
            List.of(REQUEST), partners, new RerankListSampler.Shape(4, 9, 2, false), 1);
    RerankList list = sampler.epoch(0, request -> List.of("a", "b", "c", "d", "e", "f")).get(0);
    assertThat(list.skillIds()).containsExactly("c", "f", "a", "b", "d");
    assertThat(list.grades()).containsExactly(2, 1, 0, 0, 0);
  }

  @Test
  void whatIsNotRecalledHasNoPlace() {
    Request two = new Request("two", "query", List.of("c", "f"), "en", "en2en");
    Request far = new Request("far", "query", List.of("f"), "en", "en2en");
    List<String> ranked = List.of("a", "b", "c", "d", "e", "f");
    SkipPartners none = SkipPartners.of(List.of());
    RerankListSampler.Shape recalled = new RerankListSampler.Shape(4, 9, 2, false);
    List<RerankList> lists =
        new RerankListSampler(List.of(two, far), none, recalled, 1).epoch(0, request -> ranked);
    assertThat(lists).hasSize(1);
    assertThat(lists.get(0).request()).isEqualTo(two);
    assertThat(lists.get(0).skillIds()).containsExactly("c", "a", "b", "d");

    RerankListSampler.Shape all = new RerankListSampler.Shape(4, 9, 2, true);
    lists = new RerankListSampler(List.of(two, far), none, all, 1).epoch(0, request -> ranked);
    assertThat(listOf("two", lists).skillIds()).containsExactly("c", "f", "a", "b", "d");
    assertThat(listOf("far", lists).skillIds()).containsExactly("f", "a", "b", "c", "d");

    RerankListSampler nothing = new RerankListSampler(List.of(far), none, recalled, 1);
    assertThatThrownBy(() -> nothing.epoch(0, request -> ranked))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "RerankListSampler: expected a request with a gold among the first 4 candidates, got"
                + " none of 1; raise recallDepth, or train the first stage better");
  }

  @Test
  void withoutPushAwayOnlyTheGradesOfPartnersChange() {
    RerankList list = new RerankList(REQUEST, List.of("c", "f", "a"), new int[] {2, 1, 0});
    RerankList plain = list.withoutPushAway();
    assertThat(plain.skillIds()).isEqualTo(list.skillIds());
    assertThat(plain.grades()).containsExactly(2, 0, 0);
    assertThat(list.grades()).containsExactly(2, 1, 0);
  }

  @Test
  void epochsDrawOtherListsInAnotherOrder() {
    List<String> ranked = new ArrayList<>();
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ranked.add("s" + i);
      requests.add(new Request("q" + i, "query", List.of("s" + i), "en", "en2en"));
    }
    RerankListSampler sampler =
        new RerankListSampler(
            requests, SkipPartners.of(List.of()), new RerankListSampler.Shape(20, 6, 2, false), 1);
    List<RerankList> first = sampler.epoch(0, request -> ranked);
    List<RerankList> second = sampler.epoch(1, request -> ranked);
    assertThat(first)
        .extracting(RerankList::request)
        .isNotEqualTo(second.stream().map(RerankList::request).toList());
    assertThat(listOf("q3", first).skillIds()).isNotEqualTo(listOf("q3", second).skillIds());
  }

  @Test
  void aListDoesNotDependOnTheOtherRequests() {
    List<String> ranked = RequestArbitraries.allSkills();
    Request other = new Request("p", "query", List.of("s1"), "en", "en2en");
    Request request = new Request("q", "query", List.of("s2"), "en", "en2en");
    RerankListSampler.Shape shape = new RerankListSampler.Shape(12, 5, 2, false);
    SkipPartners none = SkipPartners.of(List.of());
    RerankList alone =
        new RerankListSampler(List.of(request), none, shape, 3).epoch(0, r -> ranked).get(0);
    List<RerankList> both =
        new RerankListSampler(List.of(request, other), none, shape, 3).epoch(0, r -> ranked);
    assertThat(listOf("q", both)).usingRecursiveComparison().isEqualTo(alone);
  }

  private static RerankList listOf(String id, List<RerankList> lists) {
    return lists.stream().filter(list -> list.request().id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void unusableArgumentsAreRefused() {
    Request two = new Request("q", "query", List.of("a", "b"), "en", "en2en");
    SkipPartners none = SkipPartners.of(List.of());
    RerankListSampler.Shape shape = new RerankListSampler.Shape(20, 2, 1, false);
    assertThatThrownBy(() -> new RerankListSampler(List.of(two), none, shape, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "RerankListSampler: expected lists longer than the 2 golds of q, got listSize 2");
    assertThatThrownBy(() -> new RerankListSampler.Shape(20, 1, 1, false))
        .hasMessage(
            "RerankListSampler.Shape: expected recallDepth >= 1, listSize >= 2 and maxSkip >= 0,"
                + " got 20, 1 and 1");
    assertThatThrownBy(() -> new RerankList(REQUEST, List.of("a"), new int[] {0}))
        .hasMessage("RerankList(q): expected at least one gold skill, got [a]");
    assertThatThrownBy(() -> new RerankList(REQUEST, List.of("c", "a"), new int[] {2, 2}))
        .hasMessage("RerankList(q): expected grade 0 or 1 for a, got 2");
    assertThatThrownBy(() -> new RerankList(REQUEST, List.of("c"), new int[] {1}))
        .hasMessage("RerankList(q): expected grade 2 for c, got 1");
    assertThatThrownBy(() -> new RerankList(REQUEST, List.of("c", "c"), new int[] {2, 2}))
        .hasMessage("RerankList(q): expected distinct skills, got [c, c]");
    assertThatThrownBy(() -> new RerankList(REQUEST, List.of("c"), new int[] {2, 0}))
        .hasMessage("RerankList(q): expected 1 grades, got 2");
  }
}
