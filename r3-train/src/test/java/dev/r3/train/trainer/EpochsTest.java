package dev.r3.train.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EpochsTest {
  /** Epoch e has e % 3 + 1 batches, each named by its epoch and its place. */
  private static List<String> epoch(int epoch) {
    return IntStream.rangeClosed(0, epoch % 3).mapToObj(i -> epoch + "." + i).toList();
  }

  @Test
  void epochsFollowEachOther() {
    Epochs<String> epochs = Epochs.of(EpochsTest::epoch);
    assertThat(IntStream.range(0, 8).mapToObj(epochs::batch))
        .containsExactly("0.0", "1.0", "1.1", "2.0", "2.1", "2.2", "3.0", "4.0");
    assertThat(epochs.batchesOfFirstEpoch()).isEqualTo(1);
  }

  @Property(tries = 200)
  void aBatchDoesNotDependOnWhatWasAskedBefore(
      @ForAll @Size(max = 10) List<@IntRange(max = 60) Integer> order) {
    Epochs<String> wandering = Epochs.of(EpochsTest::epoch);
    for (int number : order) {
      assertThat(wandering.batch(number)).isEqualTo(Epochs.of(EpochsTest::epoch).batch(number));
    }
  }

  @Test
  void goingForwardMakesEveryEpochOnce() {
    List<Integer> made = new ArrayList<>();
    Epochs<String> epochs =
        Epochs.of(
            epoch -> {
              made.add(epoch);
              return epoch(epoch);
            });
    IntStream.range(0, 20).forEach(number -> assertThat(epochs.batch(number)).isNotEmpty());
    assertThat(made).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void groupsEndWithTheEpoch() {
    Epochs<List<Integer>> epochs = Epochs.grouped(2, epoch -> List.of(1, 2, 3));
    assertThat(epochs.batch(0)).containsExactly(1, 2);
    assertThat(epochs.batch(1)).containsExactly(3);
    assertThat(epochs.batch(2)).containsExactly(1, 2);
  }

  @Test
  void anEmptyEpochIsRefused() {
    assertThatThrownBy(() -> Epochs.of(epoch -> List.of()))
        .hasMessage("Epochs: expected at least one batch in epoch 0, got none");
    assertThatThrownBy(() -> Epochs.grouped(0, epoch -> List.of(1)))
        .hasMessage("Epochs: expected a batchSize of at least 1, got 0");
  }
}
