package dev.r3.retrieve.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MetricTest {
  private static final List<String> POOL =
      IntStream.range(0, 20).mapToObj("skill-%02d"::formatted).toList();

  private static final Ranking ABCDE = new Ranking(List.of("a", "b", "c", "d", "e"));

  @Test
  void handExample() {
    Set<String> golds = Set.of("b", "d", "x");
    assertThat(new HitAtK(1).of(ABCDE, golds)).hasValue(0);
    assertThat(new HitAtK(2).of(ABCDE, golds)).hasValue(1);
    assertThat(new RecallAtK(3).of(ABCDE, golds)).hasValue(1 / 3.0);
    assertThat(new RecallAtK(5).of(ABCDE, golds)).hasValue(2 / 3.0);
    assertThat(new CompletenessAtK(2).of(ABCDE, golds)).hasValue(0.5);
    assertThat(new FullCoverageAtK(5).of(ABCDE, golds)).hasValue(0);
    assertThat(new FullCoverageAtK(4).of(ABCDE, Set.of("b", "d"))).hasValue(1);
    assertThat(new FullCoverageAtK(3).of(ABCDE, Set.of("b", "d"))).hasValue(0);
    assertThat(new ReciprocalRankAtK(5).of(ABCDE, golds)).hasValue(0.5);
    assertThat(new ReciprocalRankAtK(1).of(ABCDE, golds)).hasValue(0);
    // Places 2 and 4 of the ranking over places 1, 2 and 3 of the ideal.
    double ndcg = (1 / log2(3) + 1 / log2(5)) / (1 / log2(2) + 1 / log2(3) + 1 / log2(4));
    assertThat(new NdcgAtK(5).of(ABCDE, golds).getAsDouble()).isCloseTo(ndcg, within(1e-15));
  }

  @Test
  void setCompatAsksForTheWholeSetInFrontAndSkipsSingleGolds() {
    SetCompat metric = new SetCompat();
    assertThat(metric.of(ABCDE, Set.of("b", "a"))).hasValue(1);
    assertThat(metric.of(ABCDE, Set.of("a", "c"))).hasValue(0);
    assertThat(metric.of(ABCDE, Set.of("a"))).isEmpty();
  }

  @Test
  void setCompatOfMoreThanFifteenGoldsReadsAsManyPlaces() {
    Ranking ranking = new Ranking(POOL);
    assertThat(new SetCompat().of(ranking, Set.copyOf(POOL.subList(0, 16)))).hasValue(1);
  }

  @Test
  void refusesNoGoldsAndCutoffsBelowOne() {
    for (Metric metric : Metric.standard()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> metric.of(ABCDE, Set.of()))
          .withMessage(metric.name() + ": expected at least one gold skill, got none");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NdcgAtK(0))
        .withMessage("NdcgAtK: expected k >= 1, got 0");
  }

  @Test
  void standardNamesAreUnique() {
    assertThat(Metric.standard()).extracting(Metric::name).doesNotHaveDuplicates();
  }

  @Property
  void everyMetricIsBetweenZeroAndOne(
      @ForAll("rankings") Ranking ranking, @ForAll("golds") Set<String> golds) {
    for (Metric metric : Metric.standard()) {
      OptionalDouble value = metric.of(ranking, golds);
      assertThat(value.orElse(0)).as(metric.name()).isBetween(0.0, 1.0);
    }
  }

  @Property
  void everyMetricIsOneWhenTheGoldsComeFirst(
      @ForAll("rankings") Ranking ranking, @ForAll @IntRange(min = 1, max = 5) int golds) {
    Set<String> front = Set.copyOf(ranking.top(golds));
    for (Metric metric : Metric.standard()) {
      assertThat(metric.of(ranking, front).orElse(1)).as(metric.name()).isEqualTo(1.0);
    }
  }

  @Property
  void hitRecallAndCoverageNeverFallAsKGrows(
      @ForAll("rankings") Ranking ranking,
      @ForAll("golds") Set<String> golds,
      @ForAll @IntRange(min = 1, max = 20) int k) {
    assertThat(value(new HitAtK(k + 1), ranking, golds))
        .isGreaterThanOrEqualTo(value(new HitAtK(k), ranking, golds));
    assertThat(value(new RecallAtK(k + 1), ranking, golds))
        .isGreaterThanOrEqualTo(value(new RecallAtK(k), ranking, golds));
    assertThat(value(new FullCoverageAtK(k + 1), ranking, golds))
        .isGreaterThanOrEqualTo(value(new FullCoverageAtK(k), ranking, golds));
    assertThat(value(new ReciprocalRankAtK(k + 1), ranking, golds))
        .isGreaterThanOrEqualTo(value(new ReciprocalRankAtK(k), ranking, golds));
  }

  @Property
  void movingAGoldUpNeverLowersNdcg(
      @ForAll("rankings") Ranking ranking,
      @ForAll("golds") Set<String> golds,
      @ForAll @IntRange(min = 1, max = 19) int place) {
    List<String> moved = new ArrayList<>(ranking.ids());
    if (golds.contains(moved.get(place)) && !golds.contains(moved.get(place - 1))) {
      Collections.swap(moved, place, place - 1);
    }
    assertThat(value(new NdcgAtK(10), new Ranking(moved), golds))
        .isGreaterThanOrEqualTo(value(new NdcgAtK(10), ranking, golds));
  }

  @Property
  void noMetricReadsBeyondItsDepth(
      @ForAll("rankings") Ranking ranking, @ForAll("golds") Set<String> golds) {
    for (Metric metric : Metric.standard()) {
      Ranking cut = new Ranking(ranking.top(metric.depth(golds.size())));
      assertThat(metric.of(cut, golds)).as(metric.name()).isEqualTo(metric.of(ranking, golds));
    }
  }

  @Provide
  Arbitrary<Ranking> rankings() {
    return Arbitraries.shuffle(POOL).map(Ranking::new);
  }

  @Provide
  Arbitrary<Set<String>> golds() {
    return Arbitraries.of(POOL).set().ofMinSize(1).ofMaxSize(18).map(LinkedHashSet::new);
  }

  private static double value(Metric metric, Ranking ranking, Set<String> golds) {
    return metric.of(ranking, golds).getAsDouble();
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
