package dev.r3.train.data;

import java.util.List;

/** The first stage as the samplers see it. */
@FunctionalInterface
public interface Ranking {
  /** Different skills by falling score, golds among them. */
  List<String> rank(Request request);
}
