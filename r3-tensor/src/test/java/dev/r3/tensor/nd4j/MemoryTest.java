package dev.r3.tensor.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class MemoryTest {
  @Property(seed = "1")
  void capacitiesHoldTheLengthAndWasteAtMostAnEighth(@ForAll @LongRange(min = 0) long length) {
    long bounded = length % (1L << 40);
    long capacity = Memory.capacity(bounded);
    assertThat(capacity).isBetween(Math.max(bounded, 16), Math.max(16, bounded + bounded / 8));
    assertThat(Memory.capacity(capacity)).isEqualTo(capacity);
  }

  @Test
  void capacitiesGoInEightStepsAnOctave() {
    assertThat(Memory.capacity(1)).isEqualTo(16);
    assertThat(Memory.capacity(17)).isEqualTo(18);
    assertThat(Memory.capacity(33)).isEqualTo(36);
    assertThat(Memory.capacity(1000)).isEqualTo(1024);
  }
}
