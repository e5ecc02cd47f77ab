package dev.r3.retrieve.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RankingTest {

  @Test
  void ordersByScoreDescendingThenIdAscending() {
    Ranking ranking = Ranking.of(List.of("d", "b", "c", "a"), new float[] {1, 2, 2, -1e9f});
    assertThat(ranking.ids()).containsExactly("b", "c", "d", "a");
  }

  @Test
  void theTwoZerosTie() {
    assertThat(Ranking.of(List.of("b", "a"), new float[] {0f, -0f}).ids())
        .containsExactly("a", "b");
  }

  @Property
  void doesNotDependOnTheOrderOfThePool(
      @ForAll @Size(min = 6, max = 6) List<@IntRange(max = 2) Integer> scores) {
    List<String> ids = List.of("a", "b", "c", "d", "e", "f");
    List<String> reversedIds = List.of("f", "e", "d", "c", "b", "a");
    float[] forward = new float[6];
    float[] backward = new float[6];
    for (int i = 0; i < 6; i++) {
      forward[i] = scores.get(i);
      backward[5 - i] = scores.get(i);
    }
    assertThat(Ranking.of(reversedIds, backward)).isEqualTo(Ranking.of(ids, forward));
  }

  @Test
  void topIsCutAtTheEndOfTheRanking() {
    Ranking ranking = new Ranking(List.of("a", "b", "c"));
    assertThat(ranking.top(2)).containsExactly("a", "b");
    assertThat(ranking.top(9)).containsExactly("a", "b", "c");
  }

  @Test
  void refusesNanMissingScoresAndRepeatedIds() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ranking.of(List.of("a", "b"), new float[] {1, Float.NaN}))
        .withMessage("Ranking: expected a score for b, got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ranking.of(List.of("a", "b"), new float[1]))
        .withMessage("Ranking: expected one score for each of 2 ids, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ranking.of(List.of("a", "a"), new float[2]))
        .withMessage("Ranking: expected every id once, got a twice");
  }
}
