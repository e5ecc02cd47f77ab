package dev.r3.train.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Random request sets over the skills s0 to s11, some requests with a translation. */
final class RequestArbitraries {
  static final int SKILLS = 12;

  private record Draft(Set<String> golds, boolean translated) {}

  private RequestArbitraries() {}

  static Arbitrary<List<Request>> requests() {
    Arbitrary<Set<String>> golds = skill().set().ofMinSize(1).ofMaxSize(3);
    return Combinators.combine(golds, Arbitraries.of(true, false))
        .as(Draft::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(60)
        .map(RequestArbitraries::requests);
  }

  static Arbitrary<String> skill() {
    return Arbitraries.integers().between(0, SKILLS - 1).map(i -> "s" + i);
  }

  static List<String> allSkills() {
    List<String> skills = new ArrayList<>();
    for (int i = 0; i < SKILLS; i++) {
      skills.add("s" + i);
    }
    return skills;
  }

  private static List<Request> requests(List<Draft> drafts) {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < drafts.size(); i++) {
      List<String> golds = List.copyOf(drafts.get(i).golds());
      requests.add(new Request("q" + i, "query " + i, golds, "en", "en2en"));
      if (drafts.get(i).translated()) {
        requests.add(new Request("t" + i, "请求 " + i, golds, "zh", "zh2en", "q" + i, List.of()));
      }
    }
    return requests;
  }
}
