package dev.r3.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Positive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {
  private static int[] draw(Philox philox, int count) {
    return IntStream.range(0, count).map(i -> philox.nextBits()).toArray();
  }

  private static int[] words(String hex) {
    return Arrays.stream(hex.split(" "))
        .mapToInt(word -> Integer.parseUnsignedInt(word, 16))
        .toArray();
  }

  /** The vectors published with the paper's Random123 library (kat_vectors, philox4x32 10). */
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1",
  })
  void givesThePublishedWords(String counter, String key, String expected) {
    int[] c = words(counter);
    int[] k = words(key);
    int[] out = new int[4];
    Philox.block(c[0], c[1], c[2], c[3], k[0], k[1], out);
    assertThat(out).isEqualTo(words(expected));
    Philox.block(c[0] ^ 1, c[1], c[2], c[3], k[0], k[1], out);
    assertThat(out).isNotEqualTo(words(expected));
  }

  /** What a checkpoint relies on: these must never change. */
  @Test
  void keepsItsLayoutOfSeedStreamStepAndCounter() {
    int[] derived = new int[4];
    Philox.block(0x22222222, 0x11111111, 0x44444444, 0x33333333, 0x66666666, 0x55555555, derived);
    int[] expected = new int[8];
    for (int block = 0; block < 2; block++) {
      int[] out = new int[4];
      Philox.block(block, 0, derived[0], derived[1], derived[2], derived[3], out);
      System.arraycopy(out, 0, expected, 4 * block, 4);
    }
    assertThat(draw(Philox.of(0x5555555566666666L, 0x1111111122222222L, 0x3333333344444444L), 8))
        .isEqualTo(expected);
  }

  @Property
  void goesOnFromAnyState(
      @ForAll long seed,
      @ForAll long stream,
      @ForAll long step,
      @ForAll @IntRange(max = 20) int drawn) {
    Philox whole = Philox.of(seed, stream, step);
    int[] expected = draw(whole, drawn + 9);
    Philox first = Philox.of(seed, stream, step);
    draw(first, drawn);
    Philox.State state = first.state();
    assertThat(state).isEqualTo(new Philox.State(seed, stream, step, drawn));
    assertThat(draw(Philox.at(state), 9)).isEqualTo(Arrays.copyOfRange(expected, drawn, drawn + 9));
  }

  @Test
  void goesOnBeyondTheCounterOfOneWord() {
    Philox far = Philox.at(new Philox.State(1, 2, 3, (1L << 34) - 2));
    int[] words = draw(far, 4);
    assertThat(far.state().counter()).isEqualTo((1L << 34) + 2);
    assertThat(Arrays.copyOfRange(words, 2, 4))
        .isEqualTo(draw(Philox.at(new Philox.State(1, 2, 3, 1L << 34)), 2))
        .isNotEqualTo(draw(Philox.of(1, 2, 3), 2));
  }

  @Test
  void seedsStreamsAndStepsShareNoWords() {
    Set<Integer> seen = new HashSet<>();
    int draws = 0;
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b < 3; b++) {
        for (int c = 0; c < 3; c++) {
          for (int word : draw(Philox.of(a, b, c), 40)) {
            seen.add(word);
            draws++;
          }
        }
      }
    }
    assertThat(seen).hasSize(draws);
  }

  @Test
  void uniformsFillTheUnitInterval() {
    Philox philox = Philox.of(7, 0, 0);
    double sum = 0;
    double squares = 0;
    int[] tenths = new int[10];
    int count = 200_000;
    for (int i = 0; i < count; i++) {
      float value = philox.uniform();
      assertThat(value >= 0 && value < 1).isTrue();
      sum += value;
      squares += value * value;
      tenths[(int) (value * 10)]++;
    }
    assertThat(sum / count).isCloseTo(1 / 2.0, within(0.003));
    assertThat(squares / count).isCloseTo(1 / 3.0, within(0.003));
    for (int tenth : tenths) {
      assertThat((double) tenth / count).isCloseTo(0.1, within(0.004));
    }
  }

  @Property
  void uniformsStayWithinTheirBounds(@ForAll long seed, @ForAll float a, @ForAll float b) {
    float low = Math.min(a, b);
    float high = Math.max(a, b);
    if (low < high && Float.isFinite(high - low)) {
      Philox philox = Philox.of(seed, 0, 0);
      for (int i = 0; i < 20; i++) {
        assertThat(philox.uniform(low, high)).isGreaterThanOrEqualTo(low).isLessThan(high);
      }
    }
  }

  @Property
  void integersStayBelowTheirBound(@ForAll long seed, @ForAll @Positive int bound) {
    Philox philox = Philox.of(seed, 0, 0);
    for (int i = 0; i < 20; i++) {
      assertThat(philox.nextInt(bound)).isBetween(0, bound - 1);
    }
  }

  @Test
  void integersAreUniformEvenWhereTheBoundDoesNotDivideTheWord() {
    // Multiplying without rejection would give 0 and 2 modulo 3 a third more often.
    Philox philox = Philox.of(3, 0, 0);
    int bound = 3 << 29;
    int[] residues = new int[3];
    int count = 150_000;
    for (int i = 0; i < count; i++) {
      residues[philox.nextInt(bound) % 3]++;
    }
    for (int residue : residues) {
      assertThat((double) residue / count).isCloseTo(1 / 3.0, within(0.006));
    }
  }

  @Test
  void normalsHaveTheMomentsOfANormal() {
    float[] normals = Philox.of(11, 0, 0).normals(200_001);
    double[] moments = new double[5];
    for (float normal : normals) {
      for (int power = 1; power <= 4; power++) {
        moments[power] += Math.pow(normal, power) / normals.length;
      }
    }
    assertThat(moments[1]).isCloseTo(0, within(0.01));
    assertThat(moments[2]).isCloseTo(1, within(0.015));
    assertThat(moments[3]).isCloseTo(0, within(0.03));
    assertThat(moments[4]).isCloseTo(3, within(0.1));
  }

  @Test
  void normalIsTheFirstOfAPair() {
    float[] pairs = Philox.of(5, 1, 2).normals(6);
    Philox single = Philox.of(5, 1, 2);
    assertThat(new float[] {single.normal(), single.normal(), single.normal()})
        .containsExactly(pairs[0], pairs[2], pairs[4]);
    assertThat(Philox.of(5, 1, 2).normals(5)).isEqualTo(Arrays.copyOf(pairs, 5));
  }

  @Property
  void permutationsHoldEveryNumberOnce(@ForAll long seed, @ForAll @IntRange(max = 300) int n) {
    int[] order = Philox.of(seed, 0, 0).permutation(n);
    assertThat(Arrays.stream(order).sorted().toArray()).isEqualTo(IntStream.range(0, n).toArray());
  }

  @Test
  void everyPermutationIsAsLikely() {
    Philox philox = Philox.of(13, 0, 0);
    int[] counts = new int[27];
    for (int i = 0; i < 60_000; i++) {
      int[] order = philox.permutation(3);
      counts[9 * order[0] + 3 * order[1] + order[2]]++;
    }
    assertThat(Arrays.stream(counts).filter(count -> count > 0).count()).isEqualTo(6);
    assertThat(Arrays.stream(counts).filter(count -> count > 0))
        .allSatisfy(count -> assertThat(count).isBetween(9_600, 10_400));
  }

  @Test
  void refusesEmptyRanges() {
    Philox philox = Philox.of(0, 0, 0);
    assertThatThrownBy(() -> philox.nextInt(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Philox.nextInt: expected a bound of at least 1, got 0");
    assertThatThrownBy(() -> philox.uniform(1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Philox.uniform: expected low < high, both finite, got 1.0 and 1.0");
  }
}
