package dev.r3.train.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user's request and the set of skills that solve it together.
 *
 * @param skillIds the golds: one or more skills
 * @param language of the query, {@code und} where the data set does not say
 * @param direction query language, "2", skill language: {@code zh2en} asks in Chinese for English
 *     skills
 * @param translationOf the id of the request that this one translates; the two are a parallel pair
 * @param rejectedIds skills judged not to serve this very request, beside what rejections of
 *     combinations say
 */
public record Request(
    String id,
    String query,
    List<String> skillIds,
    String language,
    String direction,
    @Nullable String translationOf,
    List<String> rejectedIds) {
  public Request {
    Texts.requireNotBlank(id, "Request", "id");
    String where = "Request(" + id + ")";
    Texts.requireNotBlank(query, where, "query");
    skillIds = List.copyOf(skillIds);
    rejectedIds = List.copyOf(rejectedIds);
    if (skillIds.isEmpty()) {
      throw new IllegalArgumentException(where + ": expected at least one gold skill, got none");
    }
    Texts.requireDistinct(skillIds, where, "gold skills");
    for (String rejected : rejectedIds) {
      if (skillIds.contains(rejected)) {
        throw new IllegalArgumentException(
            where + ": expected rejected skills that are not gold, got " + rejected);
      }
    }
    if (id.equals(translationOf)) {
      throw new IllegalArgumentException(
          where + ": expected translation_of to name another request, got its own id");
    }
  }

  /** A request in its original language with no rejections of its own. */
  public Request(
      String id, String query, List<String> skillIds, String language, String direction) {
    this(id, query, skillIds, language, direction, null, List.of());
  }

  /** The id that a request and its translations share. */
  public String originalId() {
    return translationOf == null ? id : translationOf;
  }
}
