package dev.r3.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ContrastiveSamplerTest {
  /** Three domains of four skills; s11 has none. */
  private static final Map<String, String> DOMAINS =
      RequestArbitraries.allSkills().stream()
          .filter(skill -> !skill.equals("s11"))
          .collect(
              Collectors.toMap(
                  skill -> skill, skill -> "d" + Integer.parseInt(skill.substring(1)) / 4));

  @Provide
  Arbitrary<List<Request>> requests() {
    return RequestArbitraries.requests();
  }

  private static Request request(String id, String... golds) {
    return new Request(id, "query " + id, List.of(golds), "en", "en2en");
  }

  private static List<String> golds(ContrastiveBatch batch) {
    Set<Integer> columns = new HashSet<>();
    for (int column : batch.goldColumn()) {
      columns.add(column);
    }
    return columns.stream().sorted().map(batch.skillIds()::get).toList();
  }

  @Property
  void batchesHoldEveryRequestOnceEachSkillOnceAndNoFalseNegative(
      @ForAll("requests") List<Request> requests,
      @ForAll @IntRange(min = 2, max = 9) int skillsPerBatch,
      @ForAll @IntRange(min = 1, max = 4) int requestsPerSkill,
      @ForAll @IntRange(max = 4) int shareInQuarters,
      @ForAll long seed) {
    ContrastiveSampler sampler =
        new ContrastiveSampler(
            requests,
            new ContrastiveSampler.Shape(skillsPerBatch, requestsPerSkill),
            new DomainFocus(shareInQuarters / 4.0, DOMAINS),
            seed);
    List<Request> seen = new ArrayList<>();
    for (ContrastiveBatch batch : sampler.epoch(3, HardNegatives.none())) {
      seen.addAll(batch.queries());
      assertThat(batch.skillIds()).doesNotHaveDuplicates().hasSizeBetween(1, skillsPerBatch);
      assertThat(golds(batch)).isEqualTo(batch.skillIds());
      Map<Integer, Integer> requestsOfColumn = new HashMap<>();
      for (int row = 0; row < batch.queries().size(); row++) {
        List<String> golds = batch.queries().get(row).skillIds();
        int goldColumn = batch.goldColumn()[row];
        requestsOfColumn.merge(goldColumn, 1, Integer::sum);
        for (int column = 0; column < batch.skillIds().size(); column++) {
          boolean isGold = golds.contains(batch.skillIds().get(column));
          assertThat(batch.masked()[row][column]).isEqualTo(isGold && column != goldColumn);
        }
        assertThat(golds).contains(batch.skillIds().get(goldColumn));
      }
      assertThat(requestsOfColumn.values()).allMatch(count -> count <= requestsPerSkill);
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(requests);
  }

  @Property
  void batchesAreFewAndEquallyLarge(
      @ForAll("requests") List<Request> requests,
      @ForAll @IntRange(min = 2, max = 9) int skillsPerBatch,
      @ForAll @IntRange(min = 1, max = 4) int requestsPerSkill,
      @ForAll long seed) {
    ContrastiveSampler sampler =
        new ContrastiveSampler(
            requests,
            new ContrastiveSampler.Shape(skillsPerBatch, requestsPerSkill),
            DomainFocus.none(),
            seed);
    List<ContrastiveBatch> batches = sampler.epoch(0, HardNegatives.none());
    Map<String, Integer> columnsOfSkill = new HashMap<>();
    int columns = 0;
    for (ContrastiveBatch batch : batches) {
      batch.skillIds().forEach(skill -> columnsOfSkill.merge(skill, 1, Integer::sum));
      columns += batch.skillIds().size();
    }
    int fewest = (columns + skillsPerBatch - 1) / skillsPerBatch;
    int mostOfOneSkill = columnsOfSkill.values().stream().mapToInt(n -> n).max().orElse(0);
    assertThat(batches).hasSize(Math.max(fewest, mostOfOneSkill));
    int floor = columns / batches.size();
    assertThat(batches)
        .allMatch(b -> b.skillIds().size() - floor <= 1 && b.skillIds().size() >= floor);
  }

  @Property(tries = 200)
  void aSeedAndAnEpochGiveTheSameBatchesAgain(
      @ForAll("requests") List<Request> requests,
      @ForAll long seed,
      @ForAll @IntRange(max = 9) int epoch) {
    ContrastiveSampler.Shape shape = new ContrastiveSampler.Shape(4, 2);
    ContrastiveSampler used =
        new ContrastiveSampler(requests, shape, new DomainFocus(0.5, DOMAINS), seed);
    assertThat(used.epoch(epoch + 1, HardNegatives.none())).isNotEmpty();
    ContrastiveSampler fresh =
        new ContrastiveSampler(requests, shape, new DomainFocus(0.5, DOMAINS), seed);
    assertThat(fresh.epoch(epoch, HardNegatives.none()))
        .usingRecursiveComparison()
        .isEqualTo(used.epoch(epoch, HardNegatives.none()));
  }

  @Test
  void epochsAndSeedsDiffer() {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      requests.add(request("q" + i, "s" + i % 10));
    }
    ContrastiveSampler.Shape shape = new ContrastiveSampler.Shape(5, 1);
    ContrastiveSampler sampler = new ContrastiveSampler(requests, shape, DomainFocus.none(), 1);
    ContrastiveSampler other = new ContrastiveSampler(requests, shape, DomainFocus.none(), 2);
    List<Request> first = sampler.epoch(0, HardNegatives.none()).get(0).queries();
    assertThat(first).isNotEqualTo(sampler.epoch(1, HardNegatives.none()).get(0).queries());
    assertThat(first).isNotEqualTo(other.epoch(0, HardNegatives.none()).get(0).queries());
  }

  @Test
  void everyGoldOfARequestIsDrawnInSomeEpoch() {
    List<Request> requests = List.of(request("q", "a", "b", "c"), request("p", "d"));
    ContrastiveSampler sampler =
        new ContrastiveSampler(requests, new ContrastiveSampler.Shape(2, 1), DomainFocus.none(), 5);
    Map<String, Integer> drawn = new HashMap<>();
    for (int epoch = 0; epoch < 300; epoch++) {
      ContrastiveBatch batch = sampler.epoch(epoch, HardNegatives.none()).get(0);
      batch.skillIds().forEach(skill -> drawn.merge(skill, 1, Integer::sum));
    }
    assertThat(drawn.keySet()).containsExactlyInAnyOrder("a", "b", "c", "d");
    assertThat(List.of(drawn.get("a"), drawn.get("b"), drawn.get("c")))
        .allMatch(count -> count > 60 && count < 140);
  }

  @Property(tries = 200)
  void parallelRequestsShareAColumn(@ForAll("requests") List<Request> requests, @ForAll long seed) {
    ContrastiveSampler sampler =
        new ContrastiveSampler(
            requests, new ContrastiveSampler.Shape(4, 2), DomainFocus.none(), seed);
    for (ContrastiveBatch batch : sampler.epoch(0, HardNegatives.none())) {
      Map<String, Integer> columnOfPair = new HashMap<>();
      for (int row = 0; row < batch.queries().size(); row++) {
        columnOfPair.merge(
            batch.queries().get(row).originalId(),
            batch.goldColumn()[row],
            (one, two) -> {
              assertThat(one).isEqualTo(two);
              return two;
            });
      }
      for (Request query : batch.queries()) {
        if (query.translationOf() != null) {
          assertThat(batch.queries()).extracting(Request::id).contains(query.translationOf());
        }
      }
    }
  }

  @Test
  void hardNegativesFollowTheGoldsOnceAndAreMaskedWhereTheyAreGold() {
    List<Request> requests = List.of(request("q", "a", "b"), request("p", "c"));
    ContrastiveSampler sampler =
        new ContrastiveSampler(requests, new ContrastiveSampler.Shape(2, 1), DomainFocus.none(), 1);
    HardNegatives negatives =
        query -> query.id().equals("q") ? List.of("c", "x") : List.of("x", "b", "a");
    ContrastiveBatch batch = sampler.epoch(0, negatives).get(0);
    assertThat(batch.skillIds()).containsExactlyInAnyOrder("a", "b", "c", "x");
    assertThat(batch.skillIds().subList(0, 2)).contains("c");
    int q = batch.queries().indexOf(requests.get(0));
    for (int column = 0; column < 4; column++) {
      String skill = batch.skillIds().get(column);
      boolean otherGold = List.of("a", "b").contains(skill) && column != batch.goldColumn()[q];
      assertThat(batch.masked()[q][column]).isEqualTo(otherGold);
      assertThat(batch.masked()[1 - q][column]).isFalse();
    }
  }

  @Test
  void aFocusDrawsItsShareOfSkillsFromOneDomain() {
    List<Request> requests = new ArrayList<>();
    Map<String, String> domains = new HashMap<>();
    for (int skill = 0; skill < 64; skill++) {
      domains.put("s" + skill, "d" + skill % 8);
      for (int i = 0; i < 4; i++) {
        requests.add(request("q" + skill + "-" + i, "s" + skill));
      }
    }
    ContrastiveSampler.Shape shape = new ContrastiveSampler.Shape(12, 1);
    ContrastiveSampler mixed = new ContrastiveSampler(requests, shape, DomainFocus.none(), 3);
    ContrastiveSampler focused =
        new ContrastiveSampler(requests, shape, new DomainFocus(0.5, domains), 3);
    assertThat(largestDomainShare(focused, domains)).isBetween(0.5, 0.8);
    assertThat(largestDomainShare(mixed, domains)).isLessThan(0.4);
  }

  /** The share of a batch's skills that its most frequent domain has, averaged over an epoch. */
  private static double largestDomainShare(
      ContrastiveSampler sampler, Map<String, String> domains) {
    return sampler.epoch(0, HardNegatives.none()).stream()
        .mapToDouble(
            batch ->
                batch.skillIds().stream()
                        .collect(Collectors.groupingBy(domains::get, Collectors.counting()))
                        .values()
                        .stream()
                        .mapToLong(n -> n)
                        .max()
                        .orElseThrow()
                    / (double) batch.skillIds().size())
        .average()
        .orElseThrow();
  }

  @Test
  void domainsComeFromAFieldOfTheSkills() {
    SkillDataset data = SkillDataset.readResources(ContrastiveSamplerTest.class, "small");
    DomainFocus focus = DomainFocus.on(SkillText::subdomain, data.skills().values(), 0.5);
    assertThat(focus.domains()).hasSize(9).containsEntry("s-svg", "charts");
    SkillText bare = new SkillText("s", "text", "en", null, null, null);
    assertThat(DomainFocus.on(SkillText::domain, List.of(bare), 1).domains()).isEmpty();
  }

  @Test
  void unusableArgumentsAreRefused() {
    ContrastiveSampler.Shape shape = new ContrastiveSampler.Shape(2, 1);
    assertThatThrownBy(() -> new ContrastiveSampler(List.of(), shape, DomainFocus.none(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ContrastiveSampler: expected at least one request, got none");
    List<Request> twice = List.of(request("q", "a"), request("q", "b"));
    assertThatThrownBy(() -> new ContrastiveSampler(twice, shape, DomainFocus.none(), 1))
        .hasMessage("ContrastiveSampler: expected distinct request ids, got [q, q]");
    List<Request> unlike =
        List.of(
            request("q", "a"), new Request("p", "x", List.of("b"), "zh", "zh2en", "q", List.of()));
    assertThatThrownBy(() -> new ContrastiveSampler(unlike, shape, DomainFocus.none(), 1))
        .hasMessage(
            "ContrastiveSampler: expected the golds [a] of the parallel request q for p, got [b]");
    assertThatThrownBy(() -> new ContrastiveSampler.Shape(1, 1))
        .hasMessageEndingWith(
            "expected skillsPerBatch >= 2 and requestsPerSkill >= 1, got 1 and 1");
    assertThatThrownBy(() -> new DomainFocus(1.5, Map.of()))
        .hasMessage("DomainFocus: expected a share in [0, 1], got 1.5");
  }

  @Test
  void aBatchWithAFalseNegativeIsRefused() {
    List<Request> queries = List.of(request("q", "a", "b"));
    List<String> columns = List.of("a", "b", "c");
    int[] gold = {0};
    assertThat(
            new ContrastiveBatch(queries, columns, gold, new boolean[][] {{false, true, true}})
                .queries())
        .isEqualTo(queries);
    assertThatThrownBy(
            () ->
                new ContrastiveBatch(
                    queries, columns, gold, new boolean[][] {{false, false, false}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "ContrastiveBatch(q): expected a mask of every gold but the one in column 0, got b"
                + " unmasked");
    assertThatThrownBy(
            () ->
                new ContrastiveBatch(queries, columns, gold, new boolean[][] {{true, true, false}}))
        .hasMessageEndingWith("got a masked");
    assertThatThrownBy(
            () ->
                new ContrastiveBatch(
                    queries, columns, new int[] {2}, new boolean[][] {{true, true, false}}))
        .hasMessage("ContrastiveBatch(q): expected the column of one of [a, b], got 2");
    assertThatThrownBy(
            () -> new ContrastiveBatch(queries, columns, gold, new boolean[][] {{false, true}}))
        .hasMessage("ContrastiveBatch(q): expected a mask of 3 columns, got 2");
    assertThatThrownBy(() -> new ContrastiveBatch(queries, columns, new int[0], new boolean[0][]))
        .hasMessage(
            "ContrastiveBatch: expected a gold column and a mask for each of 1 queries, got 0 and"
                + " 0");
    assertThatThrownBy(
            () ->
                new ContrastiveBatch(
                    queries, List.of("a", "a"), gold, new boolean[][] {{false, true}}))
        .hasMessage("ContrastiveBatch: expected distinct columns, got [a, a]");
  }
}
