package dev.r3.retrieve.route;

import dev.r3.retrieve.index.Hit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A hit of the first stage with the score of the second, where that read it. */
record Ranked(Hit hit, @Nullable Float rerankScore) {

  /** The hits as the first stage ordered them. */
  static List<Ranked> unread(List<Hit> hits) {
    return hits.stream().map(hit -> new Ranked(hit, null)).toList();
  }
}
