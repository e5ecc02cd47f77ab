package dev.r3.retrieve.route;

import dev.r3.retrieve.index.Hit;
import dev.r3.retrieve.skill.SkillLibrary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Orders the front of each list of hits by the scores of a model that reads both texts. */
record SecondStage(PairScorer scorer, SkillLibrary library, int recallDepth) {

  /** Score descending, then id ascending; 0 - because the two zeros of IEEE 754 tie. */
  private static final Comparator<Scored> BEST_FIRST =
      Comparator.<Scored>comparingDouble(scored -> 0 - scored.score)
          .thenComparing(scored -> scored.hit.id());

  private record Scored(Hit hit, float score) {}

  /**
   * The lists in the new order.
   *
   * @param recalled for each request, the first stage's hits, best first; those beyond recallDepth
   *     follow unread, in their order
   */
  List<List<Ranked>> rank(List<String> requests, List<List<Hit>> recalled) {
    List<Candidates> lists = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      List<Hit> front = front(recalled.get(i));
      lists.add(
          new Candidates(
              requests.get(i),
              front.stream().map(hit -> library.get(hit.id()).text()).toList(),
              similarities(front)));
    }
    List<float[]> scores = scorer.scoreAll(lists);
    requireOneEach("list of rerank scores", requests.size(), scores.size());
    List<List<Ranked>> ranked = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      ranked.add(rank(recalled.get(i), scores.get(i)));
    }
    return ranked;
  }

  private List<Ranked> rank(List<Hit> hits, float[] scores) {
    List<Hit> front = front(hits);
    requireOneEach("rerank score", front.size(), scores.length);
    List<Scored> scored = new ArrayList<>(front.size());
    for (int i = 0; i < scores.length; i++) {
      if (Float.isNaN(scores[i])) {
        throw new IllegalStateException(
            "SkillRouter: expected a rerank score for skill " + front.get(i).id() + ", got NaN");
      }
      scored.add(new Scored(front.get(i), scores[i]));
    }
    scored.sort(BEST_FIRST);
    List<Ranked> ranked = new ArrayList<>(hits.size());
    scored.forEach(best -> ranked.add(new Ranked(best.hit, best.score)));
    ranked.addAll(Ranked.unread(hits.subList(front.size(), hits.size())));
    return ranked;
  }

  private static float[] similarities(List<Hit> hits) {
    float[] similarities = new float[hits.size()];
    for (int i = 0; i < similarities.length; i++) {
      similarities[i] = hits.get(i).score();
    }
    return similarities;
  }

  private List<Hit> front(List<Hit> hits) {
    return hits.subList(0, Math.min(recallDepth, hits.size()));
  }

  /** A model that returns another number of results than it was asked for is broken. */
  static void requireOneEach(String what, int expected, int got) {
    if (expected != got) {
      throw new IllegalStateException(
          "SkillRouter: expected one " + what + " for each of " + expected + ", got " + got);
    }
  }
}
