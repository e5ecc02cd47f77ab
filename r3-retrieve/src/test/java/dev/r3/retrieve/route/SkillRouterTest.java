package dev.r3.retrieve.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.retrieve.index.EmbeddingCache;
import dev.r3.retrieve.skill.Skill;
import dev.r3.retrieve.skill.SkillLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkillRouterTest {
  private static final SkillLibrary LIBRARY =
      SkillLibrary.of(
          List.of(
              new Skill("travel", "travel", "", "x"),
              new Skill("both", "pdf report", "", ""),
              new Skill("pdf", "pdf", "", ""),
              new Skill("report", "report", "", ""),
              new Skill("music", "music", "", "")));

  private final WordEmbedder embedder = new WordEmbedder("words");

  @Test
  void withoutASecondStageTheOrderIsThatOfTheSimilarities() {
    SkillRouter router = SkillRouter.builder(embedder).library(LIBRARY);
    List<Routed> routed = router.route("pdf", 3);
    assertThat(ids(routed)).containsExactly("pdf", "both", "music");
    assertThat(routed).extracting(Routed::rank).containsExactly(1, 2, 3);
    assertThat(routed).extracting(Routed::rerankScore).containsOnlyNulls();
    assertThat(routed.get(0).firstStageScore()).isCloseTo(1, Offset.offset(1e-6f));
    assertThat(routed.get(0).skill()).isSameAs(LIBRARY.get("pdf"));
  }

  @Test
  void equalSimilaritiesAreOrderedById() {
    SkillRouter router = SkillRouter.builder(embedder).library(LIBRARY);
    assertThat(ids(router.route("pdf", 5)).subList(2, 5))
        .containsExactly("music", "report", "travel");
  }

  @Test
  void theSecondStageReordersWhatTheFirstRecalledAndNothingElse() {
    // Prefers whatever the first stage liked least.
    PairScorer contrarian = candidates -> negated(candidates.similarities());
    SkillRouter router =
        SkillRouter.builder(embedder).reranker(contrarian).recallDepth(3).library(LIBRARY);
    List<Routed> routed = router.route("pdf", 9);
    assertThat(ids(routed)).containsExactly("music", "both", "pdf", "report", "travel");
    assertThat(routed.get(2).rerankScore()).isEqualTo(-routed.get(2).firstStageScore());
    assertThat(routed.get(3).rerankScore()).isNull();
    assertThat(ids(router.route("pdf", 2))).containsExactly("music", "both");
  }

  @Test
  void theSecondStageSeesTheRequestTheTextsAndTheSimilarities() {
    List<Candidates> seen = new ArrayList<>();
    PairScorer recorder =
        candidates -> {
          seen.add(candidates);
          return new float[candidates.skills().size()];
        };
    SkillRouter router =
        SkillRouter.builder(embedder).reranker(recorder).recallDepth(2).library(LIBRARY);
    List<Routed> routed = router.route("travel", 1);
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).query()).isEqualTo("travel");
    assertThat(seen.get(0).skills()).containsExactly("travel |  | x", "music |  | ");
    assertThat(seen.get(0).similarities()[0]).isGreaterThan(0.9f);
    // Equal rerank scores: by id, not as recalled.
    assertThat(ids(routed)).containsExactly("music");
  }

  @Test
  void infiniteScoresAndBothZerosAreOrdered() {
    PairScorer scorer =
        candidates -> new float[] {0f, Float.NEGATIVE_INFINITY, -0f, Float.POSITIVE_INFINITY};
    SkillRouter router =
        SkillRouter.builder(embedder).reranker(scorer).recallDepth(4).library(LIBRARY);
    // Recalled: pdf, both, music, report.
    assertThat(ids(router.route("pdf", 5)))
        .containsExactly("report", "music", "pdf", "both", "travel");
  }

  @Property(tries = 100)
  void theFirstResultsAreTheSameForEveryTopKUpToTheRecallDepth(
      @ForAll @Size(8) List<@IntRange(max = 3) Integer> scores,
      @ForAll @IntRange(min = 1, max = 8) int topK) {
    SkillLibrary library =
        SkillLibrary.of(
            IntStream.range(0, 12).mapToObj(i -> new Skill("s" + i, "pdf", "", "")).toList());
    PairScorer scorer =
        candidates -> {
          float[] result = new float[8];
          for (int i = 0; i < 8; i++) {
            result[i] = scores.get(i);
          }
          return result;
        };
    SkillRouter router =
        SkillRouter.builder(embedder).reranker(scorer).recallDepth(8).library(library);
    List<Routed> all = router.route("pdf", 12);
    assertThat(all).hasSize(12);
    assertThat(router.route("pdf", topK)).isEqualTo(all.subList(0, topK));
    assertThat(all.subList(0, 8))
        .isSortedAccordingTo(
            Comparator.comparing(Routed::rerankScore)
                .reversed()
                .thenComparing(routed -> routed.skill().id()));
    assertThat(all.subList(8, 12)).extracting(Routed::rerankScore).containsOnlyNulls();
  }

  @Test
  void aBatchGivesWhatSingleRequestsGive() {
    SkillRouter router =
        SkillRouter.builder(embedder)
            .reranker(candidates -> negated(candidates.similarities()))
            .recallDepth(2)
            .library(LIBRARY);
    List<String> requests = List.of("pdf", "music report", "travel");
    List<List<Routed>> batch = router.routeAll(requests, 4);
    assertThat(embedder.queryCalls).hasValue(1);
    for (int i = 0; i < requests.size(); i++) {
      assertThat(batch.get(i)).isEqualTo(router.route(requests.get(i), 4));
    }
    assertThat(router.routeAll(List.of(), 4)).isEmpty();
  }

  @Test
  void refusesBlankRequestsAndTopKBelowOne() {
    SkillRouter router = SkillRouter.builder(embedder).library(LIBRARY);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> router.route(" \n", 5))
        .withMessage("SkillRouter: expected a request that is not blank, got \" \n\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> router.route("pdf", 0))
        .withMessage("SkillRouter: expected topK >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SkillRouter.builder(embedder).recallDepth(0))
        .withMessage("SkillRouter: expected recallDepth >= 1, got 0");
  }

  @Test
  void aModelThatAnswersWronglyIsNamed() {
    SkillRouter tooFew =
        SkillRouter.builder(embedder).reranker(candidates -> new float[1]).library(LIBRARY);
    assertThatIllegalStateException()
        .isThrownBy(() -> tooFew.route("pdf", 5))
        .withMessage("SkillRouter: expected one rerank score for each of 5, got 1");
    SkillRouter nan =
        SkillRouter.builder(embedder)
            .reranker(candidates -> new float[] {1, Float.NaN, 1, 1, 1})
            .library(LIBRARY);
    assertThatIllegalStateException()
        .isThrownBy(() -> nan.route("pdf", 5))
        .withMessage("SkillRouter: expected a rerank score for skill both, got NaN");
  }

  @Test
  void closingClosesBothModelsOnceAndEndsRouting() {
    List<String> closed = new ArrayList<>();
    PairScorer scorer =
        new PairScorer() {
          @Override
          public float[] score(Candidates candidates) {
            return new float[candidates.skills().size()];
          }

          @Override
          public void close() {
            closed.add("reranker");
            throw new IllegalStateException("reranker");
          }
        };
    SkillRouter router = SkillRouter.builder(embedder).reranker(scorer).library(LIBRARY);
    assertThatThrownBy(router::close).hasMessage("reranker");
    router.close();
    assertThat(closed).containsExactly("reranker");
    assertThat(embedder.closed).isTrue();
    assertThatIllegalStateException()
        .isThrownBy(() -> router.route("pdf", 1))
        .withMessage("SkillRouter: expected an open router, got a closed one");
  }

  @Test
  void theSecondStartEmbedsNoSkillUntilModelOrSkillsChange(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("skills.jsonl");
    Files.writeString(file, "{\"id\":\"a\",\"text\":\"pdf\"}\n{\"id\":\"b\",\"text\":\"music\"}\n");
    for (int start = 0; start < 2; start++) {
      SkillRouter router = SkillRouter.builder(embedder).library(SkillLibrary.read(file));
      assertThat(ids(router.route("music", 1))).containsExactly("b");
    }
    assertThat(embedder.embeddedSkills).containsExactly("pdf |  | ", "music |  | ");

    WordEmbedder other = new WordEmbedder("other words");
    assertThat(SkillRouter.builder(other).library(SkillLibrary.read(file)).library().size())
        .isEqualTo(2);
    assertThat(other.embeddedSkills).containsExactly("pdf |  | ", "music |  | ");

    Files.writeString(
        file, "{\"id\":\"a\",\"text\":\"travel\"}\n{\"id\":\"b\",\"text\":\"music\"}\n");
    SkillRouter changed = SkillRouter.builder(other).library(SkillLibrary.read(file));
    assertThat(ids(changed.route("travel", 1))).containsExactly("a");
    assertThat(other.embeddedSkills).containsExactly("pdf |  | ", "music |  | ", "travel |  | ");
  }

  @Test
  void anyOtherCacheCanBeUsed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("skills.jsonl");
    Files.writeString(file, "{\"id\":\"a\",\"text\":\"pdf\"}\n");
    SkillRouter router =
        SkillRouter.builder(embedder).cache(EmbeddingCache.none()).library(SkillLibrary.read(file));
    assertThat(ids(router.route("pdf", 1))).containsExactly("a");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void candidatesHaveOneSimilarityASkill() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Candidates("pdf", List.of("a", "b"), new float[1]))
        .withMessage("Candidates: expected one similarity for each of 2 skills, got 1");
  }

  private static List<String> ids(List<Routed> routed) {
    return routed.stream().map(skill -> skill.skill().id()).toList();
  }

  private static float[] negated(float[] similarities) {
    float[] scores = new float[similarities.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = -similarities[i];
    }
    return scores;
  }
}
