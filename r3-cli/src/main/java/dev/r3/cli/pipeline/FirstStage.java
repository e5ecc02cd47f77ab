package dev.r3.cli.pipeline;

import dev.r3.retrieve.metric.Ranking;
import dev.r3.train.data.Request;
import dev.r3.train.data.SkillText;
import dev.r3.transformer.BiEncoder;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a bi-encoder thinks of some requests and a pool of skills: the source of hard negatives, of
 * the reranker's candidates, and of the similarities that the reranker starts from.
 */
public final class FirstStage implements Recall {
  private final List<String> skillIds;
  private final Map<String, float[]> skills = new HashMap<>();
  private final Map<String, float[]> requests = new HashMap<>();
  private final Map<String, Ranking> rankings = new HashMap<>();

  /** Embeds both with the model as it is now. */
  public FirstStage(BiEncoder model, Collection<SkillText> pool, List<Request> requests) {
    skillIds = pool.stream().map(SkillText::id).toList();
    float[][] skillVectors = model.embedSkills(pool.stream().map(SkillText::text).toList());
    float[][] requestVectors = model.embedQueries(requests.stream().map(Request::query).toList());
    for (int i = 0; i < skillVectors.length; i++) {
      skills.put(skillIds.get(i), skillVectors[i]);
    }
    for (int i = 0; i < requestVectors.length; i++) {
      this.requests.put(requests.get(i).id(), requestVectors[i]);
    }
  }

  /** Whether the request was embedded. */
  boolean knows(Request request) {
    return requests.containsKey(request.id());
  }

  /** The cosine of a request and a skill, both of those embedded. */
  @Override
  public float of(Request request, String skillId) {
    float[] query = vector(requests, request.id());
    float[] skill = vector(skills, skillId);
    float dot = 0;
    for (int i = 0; i < query.length; i++) {
      dot += query[i] * skill[i];
    }
    return dot;
  }

  /** The whole pool, most similar first. */
  @Override
  public List<String> rank(Request request) {
    return ranking(request).ids();
  }

  Ranking ranking(Request request) {
    return rankings.computeIfAbsent(request.id(), id -> measure(request));
  }

  private Ranking measure(Request request) {
    float[] scores = new float[skillIds.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = of(request, skillIds.get(i));
    }
    return Ranking.of(skillIds, scores);
  }

  private static float[] vector(Map<String, float[]> vectors, String id) {
    float[] vector = vectors.get(id);
    if (vector == null) {
      throw new IllegalArgumentException("FirstStage: expected an embedded id, got " + id);
    }
    return vector;
  }
}
