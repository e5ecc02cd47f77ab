package dev.r3.train.data;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The SKIP partners of a request with golds G: skills outside G that share a rejected combination
 * with some skill of G, and skills rejected for the request itself (R3: "Reject-as-Resource").
 */
public final class SkipPartners {
  private final Map<String, Set<String>> rejectedWith = new HashMap<>();

  private SkipPartners() {}

  /** Indexes rejected combinations by skill. */
  public static SkipPartners of(Collection<Rejection> rejections) {
    SkipPartners partners = new SkipPartners();
    for (Rejection rejection : rejections) {
      for (String skill : rejection.skillIds()) {
        Set<String> others = partners.rejectedWith.computeIfAbsent(skill, key -> new HashSet<>());
        others.addAll(rejection.skillIds());
        others.remove(skill);
      }
    }
    return partners;
  }

  /** The partners in ascending order of their ids. */
  public List<String> of(Request request) {
    SortedSet<String> partners = new TreeSet<>(request.rejectedIds());
    for (String gold : request.skillIds()) {
      partners.addAll(rejectedWith.getOrDefault(gold, Set.of()));
    }
    request.skillIds().forEach(partners::remove);
    return List.copyOf(partners);
  }

  /** Whether the skill is among the request's partners; constant time for each gold. */
  public boolean isPartner(Request request, String skillId) {
    if (request.skillIds().contains(skillId)) {
      return false;
    }
    return request.rejectedIds().contains(skillId)
        || request.skillIds().stream()
            .anyMatch(gold -> rejectedWith.getOrDefault(gold, Set.of()).contains(skillId));
  }
}
