package dev.r3.retrieve.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.retrieve.skill.Skill;
import dev.r3.retrieve.skill.SkillLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RouterConcurrencyTest {
  private static final List<String> REQUESTS =
      List.of("pdf", "report", "music", "travel", "pdf report", "music travel", "pdf pdf music");

  private final ExecutorService threads = Executors.newFixedThreadPool(8);

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  @Test
  void manyThreadsGetWhatOneGets() throws Exception {
    // Large enough that a search is split into blocks.
    SkillLibrary library =
        SkillLibrary.of(
            IntStream.range(0, 9000)
                .mapToObj(i -> new Skill("s" + i, REQUESTS.get(i % 7), "", "number " + i))
                .toList());
    PairScorer scorer =
        candidates -> {
          float[] scores = new float[candidates.skills().size()];
          for (int i = 0; i < scores.length; i++) {
            scores[i] = (candidates.query() + candidates.skills().get(i)).hashCode() % 97;
          }
          return scores;
        };
    SkillRouter router =
        SkillRouter.builder(new WordEmbedder("words"))
            .reranker(scorer)
            .executor(threads)
            .library(library);
    List<List<Routed>> expected = REQUESTS.stream().map(text -> router.route(text, 30)).toList();
    List<Future<List<Routed>>> results = new ArrayList<>();
    for (int i = 0; i < 140; i++) {
      String request = REQUESTS.get(i % 7);
      Callable<List<Routed>> call = () -> router.route(request, 30);
      results.add(threads.submit(call));
    }
    for (int i = 0; i < results.size(); i++) {
      assertThat(results.get(i).get()).isEqualTo(expected.get(i % 7));
    }
  }

  @Test
  void closingWaitsForARequestThatIsUnderWay() throws Exception {
    CountDownLatch scoring = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean closed = new AtomicBoolean();
    AtomicBoolean closedWhileScoring = new AtomicBoolean();
    PairScorer slow =
        new PairScorer() {
          @Override
          public float[] score(Candidates candidates) {
            scoring.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            closedWhileScoring.set(closed.get());
            return new float[candidates.skills().size()];
          }

          @Override
          public void close() {
            closed.set(true);
          }
        };
    SkillRouter router =
        SkillRouter.builder(new WordEmbedder("words"))
            .reranker(slow)
            .library(SkillLibrary.of(List.of(new Skill("pdf", "pdf", "", ""))));
    Callable<List<Routed>> call = () -> router.route("pdf", 1);
    Future<List<Routed>> request = threads.submit(call);
    scoring.await();
    Future<?> closing = threads.submit(router::close);
    // Gives a close that does not wait the time to be wrong.
    Thread.sleep(100);
    assertThat(closing.isDone()).isFalse();
    goOn.countDown();
    assertThat(request.get()).hasSize(1);
    closing.get();
    assertThat(closedWhileScoring).isFalse();
    assertThat(closed).isTrue();
  }
}
