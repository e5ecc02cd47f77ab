package dev.r3.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SkipPartnersTest {
  private static Request request(Set<String> golds) {
    return new Request("q", "query", List.copyOf(golds), "en", "en2en");
  }

  @Test
  void partnersShareARejectedCombinationWithAGold() {
    SkillDataset data = SkillDataset.readResources(SkipPartnersTest.class, "small");
    SkipPartners partners = SkipPartners.of(data.rejections(Split.TRAIN));
    assertThat(partners.of(request(Set.of("s-csv")))).containsExactly("s-svg", "s-xlsx");
    assertThat(partners.of(request(Set.of("s-csv", "s-xlsx")))).containsExactly("s-svg");
    assertThat(partners.of(request(Set.of("s-chart")))).containsExactly("s-svg");
    assertThat(partners.of(request(Set.of("s-mail", "s-memo")))).isEmpty();
    assertThat(partners.of(request(Set.of("s-trip")))).isEmpty();
  }

  @Test
  void skillsRejectedForTheRequestItselfArePartners() {
    Request request =
        new Request("q", "query", List.of("a"), "en", "en2en", null, List.of("d", "b"));
    SkipPartners partners =
        SkipPartners.of(List.of(new Rejection("r", List.of("c", "a"), "redundant", "same")));
    assertThat(partners.of(request)).containsExactly("b", "c", "d");
    assertThat(partners.isPartner(request, "d")).isTrue();
    assertThat(partners.isPartner(request, "a")).isFalse();
  }

  @Property
  void partnersAgreeWithASearchThroughAllRejections(
      @ForAll("combinations") List<Set<String>> rejected, @ForAll("golds") Set<String> golds) {
    List<Rejection> rejections = new ArrayList<>();
    Set<String> expected = new TreeSet<>();
    for (Set<String> combination : rejected) {
      rejections.add(
          new Rejection("r" + rejections.size(), List.copyOf(combination), "conflicting", ""));
      Set<String> shared = new HashSet<>(combination);
      shared.retainAll(golds);
      if (!shared.isEmpty()) {
        expected.addAll(combination);
      }
    }
    expected.removeAll(golds);
    SkipPartners partners = SkipPartners.of(rejections);
    Request request = request(golds);
    assertThat(partners.of(request)).containsExactlyElementsOf(expected);
    for (int skill = 0; skill < RequestArbitraries.SKILLS; skill++) {
      assertThat(partners.isPartner(request, "s" + skill))
          .isEqualTo(expected.contains("s" + skill));
    }
  }

  @Provide
  Arbitrary<List<Set<String>>> combinations() {
    return RequestArbitraries.skill().set().ofMinSize(2).ofMaxSize(3).list().ofMaxSize(15);
  }

  @Provide
  Arbitrary<Set<String>> golds() {
    return RequestArbitraries.skill().set().ofMinSize(1).ofMaxSize(3);
  }
}
