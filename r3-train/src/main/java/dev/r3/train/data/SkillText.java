package dev.r3.train.data;

import org.jspecify.annotations.Nullable;

/**
 * A skill as both encoders read it.
 *
 * @param text {@code name | description | body}
 * @param language of the text, {@code und} where the data set does not say
 * @param domain the broad field the skill belongs to, where known
 * @param subdomain the group of near neighbours it belongs to, where known
 * @param split the split whose pool holds the skill, where pools are disjoint
 */
public record SkillText(
    String id,
    String text,
    String language,
    @Nullable String domain,
    @Nullable String subdomain,
    @Nullable Split split) {
  public SkillText {
    Texts.requireNotBlank(id, "SkillText", "id");
    Texts.requireNotBlank(text, "SkillText(" + id + ")", "text");
  }
}
