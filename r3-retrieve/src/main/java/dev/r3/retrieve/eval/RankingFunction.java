package dev.r3.retrieve.eval;

import dev.r3.retrieve.metric.Ranking;
import dev.r3.retrieve.route.SkillRouter;
import java.util.List;

/** A system under evaluation. */
@FunctionalInterface
public interface RankingFunction {

  /**
   * One ranking a request, in order.
   *
   * @param depth how many places are needed; a ranking may have more
   */
  List<Ranking> rank(List<String> requests, int depth);

  /** A router as it answers requests. */
  static RankingFunction of(SkillRouter router) {
    return (requests, depth) ->
        router.routeAll(requests, depth).stream()
            .map(list -> new Ranking(list.stream().map(routed -> routed.skill().id()).toList()))
            .toList();
  }
}
