package dev.r3.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SkillFoldsTest {
  /** Two skills in each of the sub-domains a, b and c; x has none. */
  private static List<SkillText> skills() {
    List<SkillText> skills = new ArrayList<>();
    for (String sub : List.of("a", "b", "c")) {
      skills.add(new SkillText(sub + "1", "text", "en", "domain", sub, Split.TRAIN));
      skills.add(new SkillText(sub + "2", "text", "zh", "domain", sub, Split.TRAIN));
    }
    skills.add(new SkillText("x", "text", "en", null, null, Split.TRAIN));
    return skills;
  }

  private static Request request(String... golds) {
    return new Request(String.join("+", golds), "query", List.of(golds), "en", "en2en");
  }

  @Test
  void subDomainsStayTogetherAndTakeTurns() {
    SkillFolds folds = new SkillFolds(skills(), 2);
    assertThat(List.of("a1", "a2", "b1", "b2", "c1", "c2", "x"))
        .extracting(id -> folds.of(request(id)))
        .containsExactly(0, 0, 1, 1, 0, 0, 1);
  }

  @Test
  void noRequestWithAGoldInTheFoldIsLeft() {
    SkillFolds folds = new SkillFolds(skills(), 2);
    List<Request> requests =
        List.of(request("a1"), request("b2"), request("a2", "c1"), request("c1", "b1"));
    assertThat(folds.without(0, requests)).extracting(Request::id).containsExactly("b2");
    assertThat(folds.without(1, requests)).extracting(Request::id).containsExactly("a1", "a2+c1");
    for (Request request : requests) {
      assertThat(folds.without(folds.of(request), requests)).doesNotContain(request);
    }
  }

  @Test
  void whatCannotBePartedIsSaid() {
    assertThatThrownBy(() -> new SkillFolds(skills(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("SkillFolds: expected at least 2 folds, got 1");
    assertThatThrownBy(() -> new SkillFolds(skills(), 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("SkillFolds: expected at least 5 sub-domains of train skills, got 4");
    assertThatThrownBy(() -> new SkillFolds(skills(), 2).of(request("y")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("SkillFolds: expected one of the 7 parted skills, got y");
  }
}
