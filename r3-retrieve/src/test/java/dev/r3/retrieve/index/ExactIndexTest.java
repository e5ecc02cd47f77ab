package dev.r3.retrieve.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactIndexTest {
  private static final Offset<Double> TOLERANCE = Offset.offset(1e-5);

  @Test
  void handExample() {
    ExactIndex index =
        ExactIndex.of(List.of("x", "y", "xy"), new float[][] {{1, 0}, {0, 1}, {0.6f, 0.8f}});
    assertThat(index.search(new float[] {0, 1}, 3))
        .containsExactly(new Hit("y", 1), new Hit("xy", 0.8f), new Hit("x", 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 16, 31, 33, 384})
  void findsWhatSortingAllDotProductsFinds(int dimension) {
    Random random = new Random(dimension);
    float[][] vectors = vectors(random, 101, dimension);
    List<String> ids = ids(101);
    ExactIndex index = ExactIndex.of(ids, vectors);
    float[] query = vectors(random, 1, dimension)[0];
    List<Hit> hits = index.search(query, 101);
    for (Hit hit : hits) {
      assertThat((double) hit.score())
          .isCloseTo(dot(query, vectors[ids.indexOf(hit.id())]), TOLERANCE);
    }
    assertThat(hits)
        .isSortedAccordingTo(Comparator.comparing(Hit::score).reversed().thenComparing(Hit::id));
    assertThat(hits).extracting(Hit::id).containsExactlyInAnyOrderElementsOf(ids);
  }

  @Property(tries = 200)
  void theFirstResultsAreTheSameForEveryK(
      @ForAll @IntRange(min = 1, max = 60) int size,
      @ForAll @IntRange(min = 1, max = 60) int k,
      @ForAll Random random) {
    // Few distinct vectors: many ties.
    float[][] distinct = vectors(random, 4, 3);
    float[][] vectors = new float[size][];
    for (int i = 0; i < size; i++) {
      vectors[i] = distinct[random.nextInt(4)];
    }
    List<String> ids = ids(size);
    Collections.shuffle(ids, random);
    ExactIndex index = ExactIndex.of(ids, vectors);
    float[] query = vectors(random, 1, 3)[0];
    List<Hit> all = index.search(query, size);
    assertThat(index.search(query, k)).isEqualTo(all.subList(0, Math.min(k, size)));
    assertThat(all)
        .isSortedAccordingTo(Comparator.comparing(Hit::score).reversed().thenComparing(Hit::id));
  }

  @Test
  void equalScoresAreOrderedByIdWhateverTheOrderOfInsertion() {
    float[] same = {1, 0};
    ExactIndex index =
        ExactIndex.of(List.of("c", "a", "d", "b"), new float[][] {same, same, same, same});
    assertThat(index.search(same, 3)).extracting(Hit::id).containsExactly("a", "b", "c");
  }

  @Test
  void threadsSharingASearchFindTheSame() throws Exception {
    int size = 3 * ExactIndex.BLOCK_ROWS + 5;
    Random random = new Random(7);
    ExactIndex index = ExactIndex.of(ids(size), vectors(random, size, 8));
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      for (int i = 0; i < 20; i++) {
        float[] query = vectors(random, 1, 8)[0];
        assertThat(index.search(query, 50, executor)).isEqualTo(index.search(query, 50));
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aSearchFromAThreadOfItsOwnFullExecutorFinishes() throws Exception {
    int size = 2 * ExactIndex.BLOCK_ROWS;
    Random random = new Random(8);
    ExactIndex index = ExactIndex.of(ids(size), vectors(random, size, 4));
    float[] query = vectors(random, 1, 4)[0];
    ExecutorService single = Executors.newSingleThreadExecutor();
    try {
      Callable<List<Hit>> search = () -> index.search(query, 5, single);
      Future<List<Hit>> hits = single.submit(search);
      assertThat(hits.get()).isEqualTo(index.search(query, 5));
    } finally {
      single.shutdownNow();
    }
  }

  @Test
  void anInterruptedSearchFinishesAndStaysInterrupted() {
    int size = 2 * ExactIndex.BLOCK_ROWS;
    Random random = new Random(9);
    ExactIndex index = ExactIndex.of(ids(size), vectors(random, size, 4));
    float[] query = vectors(random, 1, 4)[0];
    Thread.currentThread().interrupt();
    List<Hit> hits = index.search(query, 5, Runnable::run);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(hits).isEqualTo(index.search(query, 5));
  }

  @Test
  void changingTheVectorsAfterwardsChangesNothing() {
    float[][] vectors = {{1, 0}, {0, 1}};
    ExactIndex index = ExactIndex.of(List.of("a", "b"), vectors);
    vectors[0][0] = -1;
    assertThat(index.search(new float[] {1, 0}, 1)).containsExactly(new Hit("a", 1));
  }

  @Test
  void refusesWhatItCannotCompare() {
    float[] unit = {0.6f, 0.8f};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ExactIndex.of(List.of(), new float[0][]))
        .withMessage(
            "ExactIndex: expected one vector for each of at least one id, got 0 vectors for 0 ids");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ExactIndex.of(List.of("a", "b"), new float[][] {unit, {1}}))
        .withMessage("ExactIndex(b): expected dimension 2, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ExactIndex.of(List.of("a"), new float[][] {{3, 4}}))
        .withMessage("ExactIndex(a): expected an L2-normalised vector, got one of length 5.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ExactIndex.of(List.of("a"), new float[][] {{Float.NaN, 1}}))
        .withMessage("ExactIndex(a): expected an L2-normalised vector, got one of length NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ExactIndex.of(List.of("a", "a"), new float[][] {unit, unit}))
        .withMessage("ExactIndex: expected unique ids, got a twice");
    ExactIndex index = ExactIndex.of(List.of("a"), new float[][] {unit});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.search(unit, 0))
        .withMessage("ExactIndex: expected k >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.search(new float[3], 1))
        .withMessage("ExactIndex(query): expected dimension 2, got 3");
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static float[][] vectors(Random random, int count, int dimension) {
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      for (int i = 0; i < dimension; i++) {
        vector[i] = (float) random.nextGaussian();
      }
      double length = Math.sqrt(dot(vector, vector));
      for (int i = 0; i < dimension; i++) {
        vector[i] /= (float) length;
      }
    }
    return vectors;
  }

  private static List<String> ids(int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add("skill-%05d".formatted(i));
    }
    return ids;
  }
}
