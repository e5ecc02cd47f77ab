package dev.r3.train.data;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Harder contrastive batches: a share of each batch's skills comes from one domain.
 *
 * @param share of the batch's skills, 0 to 1, as far as the domain has skills
 * @param domains of skills by id; skills without one come in anywhere
 */
public record DomainFocus(double share, Map<String, String> domains) {
  public DomainFocus {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("DomainFocus: expected a share in [0, 1], got " + share);
    }
    domains = Map.copyOf(domains);
  }

  /** Batches mixed from everywhere. */
  public static DomainFocus none() {
    return new DomainFocus(0, Map.of());
  }

  /**
   * A focus on what a field says, where it says something.
   *
   * @param field such as {@code SkillText::subdomain}
   */
  public static DomainFocus on(
      Function<SkillText, @Nullable String> field, Collection<SkillText> skills, double share) {
    Map<String, String> domains = new HashMap<>();
    for (SkillText skill : skills) {
      @Nullable String domain = field.apply(skill);
      if (domain != null) {
        domains.put(skill.id(), domain);
      }
    }
    return new DomainFocus(share, domains);
  }
}
