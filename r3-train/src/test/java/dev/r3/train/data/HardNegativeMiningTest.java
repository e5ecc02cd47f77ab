package dev.r3.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HardNegativeMiningTest {
  private static final List<String> RANKED = List.of("a", "b", "c", "d", "e", "f");
  private static final Request REQUEST = new Request("q", "query", List.of("c"), "en", "en2en");
  private static final SkipPartners C_WITH_E =
      SkipPartners.of(List.of(new Rejection("r", List.of("c", "e"), "conflicting", "")));

  private static List<String> mine(HardNegativeMining mining) {
    return mining.mine(List.of(REQUEST), request -> RANKED, 0).forRequest(REQUEST);
  }

  @Test
  void theBandIncludesBothRanksAndNoGold() {
    assertThat(mine(new HardNegativeMining(2, 5, 9, null, 1))).containsExactly("b", "d", "e");
    assertThat(mine(new HardNegativeMining(1, 99, 9, null, 1)))
        .containsExactly("a", "b", "d", "e", "f");
    assertThat(mine(new HardNegativeMining(3, 3, 9, null, 1))).isEmpty();
  }

  @Test
  void partnersAreLeftOutWhereAsked() {
    assertThat(mine(new HardNegativeMining(2, 5, 9, C_WITH_E, 1))).containsExactly("b", "d");
  }

  @Provide
  Arbitrary<List<String>> rankings() {
    return Arbitraries.shuffle(RequestArbitraries.allSkills());
  }

  @Provide
  Arbitrary<List<Request>> requests() {
    return RequestArbitraries.requests();
  }

  @Property(tries = 300)
  void drawsComeFromTheBandAndRepeatWithTheSeed(
      @ForAll("requests") List<Request> requests,
      @ForAll("rankings") List<String> ranked,
      @ForAll @IntRange(min = 1, max = 6) int fromRank,
      @ForAll @IntRange(max = 6) int width,
      @ForAll @IntRange(min = 1, max = 4) int perRequest,
      @ForAll long seed) {
    HardNegativeMining mining =
        new HardNegativeMining(fromRank, fromRank + width, perRequest, null, seed);
    HardNegatives negatives = mining.mine(requests, request -> ranked, 2);
    HardNegatives again = mining.mine(requests, request -> ranked, 2);
    for (Request request : requests) {
      Set<String> band = new HashSet<>(ranked.subList(fromRank - 1, fromRank + width));
      band.removeAll(request.skillIds());
      assertThat(negatives.forRequest(request))
          .isSubsetOf(band)
          .doesNotHaveDuplicates()
          .hasSize(Math.min(perRequest, band.size()))
          .isEqualTo(again.forRequest(request));
    }
  }

  @Test
  void roundsDrawEverySkillOfTheBandInTurn() {
    HardNegativeMining mining = new HardNegativeMining(1, 6, 1, null, 7);
    Set<String> drawn = new HashSet<>();
    for (int round = 0; round < 60; round++) {
      drawn.addAll(mining.mine(List.of(REQUEST), request -> RANKED, round).forRequest(REQUEST));
    }
    assertThat(drawn).containsExactlyInAnyOrder("a", "b", "d", "e", "f");
  }

  @Test
  void unusableArgumentsAreRefused() {
    assertThatThrownBy(() -> mine(new HardNegativeMining(20, 50, 4, null, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "HardNegativeMining: expected at least 20 ranked skills for q, got 6; hint: a small"
                + " pool needs lower ranks");
    assertThatThrownBy(() -> new HardNegativeMining(0, 5, 1, null, 1))
        .hasMessage("HardNegativeMining: expected 1 <= fromRank <= toRank, got 0 and 5");
    assertThatThrownBy(() -> new HardNegativeMining(6, 5, 1, null, 1))
        .hasMessage("HardNegativeMining: expected 1 <= fromRank <= toRank, got 6 and 5");
    assertThatThrownBy(() -> new HardNegativeMining(1, 5, 0, null, 1))
        .hasMessage("HardNegativeMining: expected perRequest of at least 1, got 0");
    HardNegatives negatives =
        new HardNegativeMining(1, 6, 1, null, 7).mine(List.of(REQUEST), request -> RANKED, 0);
    Request other = new Request("p", "query", List.of("a"), "en", "en2en");
    assertThatThrownBy(() -> negatives.forRequest(other))
        .hasMessage("HardNegativeMining: expected one of the 1 mined requests, got p");
  }
}
