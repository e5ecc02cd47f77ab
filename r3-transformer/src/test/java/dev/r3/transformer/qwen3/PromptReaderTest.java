package dev.r3.transformer.qwen3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.Backend;
import dev.r3.tensor.TestBackends;
import dev.r3.tensor.io.DataType;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.qwen3.RandomQwen3.Layout;
import dev.r3.transformer.tokenizer.Encoding;
import dev.r3.transformer.tokenizer.QwenTokenizerJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pairs that share their beginning against the same pairs read whole. */
class PromptReaderTest {
  private static final float TOLERANCE = 1e-4f;
  private static final String QUERY = "turn these receipts into an expense report";

  @TempDir private static Path folder;

  @BeforeAll
  static void write() throws IOException {
    new RandomQwen3(
            RandomQwen3.small(QwenTokenizerJson.FEW + 26),
            new Layout("model.", false, false, DataType.F32, 1))
        .write(folder, QwenTokenizerJson.plain(QwenTokenizerJson.FEW));
  }

  static List<Backend> backends() {
    return TestBackends.all();
  }

  /** Of many lengths, in no order; together far above one batch's budget. */
  private static List<String> skills() {
    List<String> skills = new ArrayList<>();
    for (int length : new int[] {3, 60, 1, 40, 250, 7, 80, 61, 20, 0, 150, 12}) {
      skills.add("tool-" + length + " | does it | " + "a step of many steps, ".repeat(length));
    }
    return skills;
  }

  private static float[] whole(CrossEncoder model, String query, float[] similarities) {
    List<Encoding> pairs = skills().stream().map(skill -> model.tokenize(query, skill)).toList();
    return model.score(pairs, similarities);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void sharingTheBeginningChangesNoScore(Backend backend) {
    CrossEncoder model = CrossEncoder.open(folder, backend);
    assertThat(model.readsQueryOnce()).isTrue();
    float[] none = new float[skills().size()];
    float[] expected = whole(model, QUERY, none);
    assertThat(expected).doesNotHaveDuplicates();
    float[] actual = model.score(QUERY, skills(), none);
    assertThat(actual).usingComparatorWithPrecision(TOLERANCE).containsExactly(expected);
    // The control: the beginning of another query gives other scores.
    assertThatThrownBy(
            () ->
                assertThat(model.score(QUERY + "!", skills(), none))
                    .usingComparatorWithPrecision(TOLERANCE)
                    .containsExactly(expected))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aSkillAloneScoresAsAmongOthers() {
    CrossEncoder model = CrossEncoder.open(folder, TestBackends.java());
    float[] together = model.score(QUERY, skills(), new float[skills().size()]);
    for (int i = 0; i < together.length; i++) {
      assertThat(model.score(QUERY, List.of(skills().get(i)), new float[1]))
          .usingComparatorWithPrecision(TOLERANCE)
          .containsExactly(together[i]);
    }
    assertThat(model.score(QUERY, List.of(), new float[0])).isEmpty();
  }

  @Test
  void aQueryAtTheLimitLeavesRoomForTheEnd() {
    CrossEncoder model = CrossEncoder.open(folder, TestBackends.java());
    String query = "receipt ".repeat(5000);
    Encoding pair = model.tokenize(query, "a skill");
    assertThat(pair.length()).isEqualTo(4096);
    assertThat(pair.truncatedTokens()).isPositive();
    float[] expected = model.score(List.of(pair), new float[1]);
    assertThat(model.score(query, List.of("a skill"), new float[1]))
        .usingComparatorWithPrecision(TOLERANCE)
        .containsExactly(expected);
  }

  @Test
  void aProbabilityIsTheLogisticOfAScore() {
    assertThat(CrossEncoder.probability(0)).isEqualTo(0.5);
    assertThat(CrossEncoder.probability(2)).isBetween(0.8807970, 0.8807971);
    assertThat(CrossEncoder.probability(-1e4f)).isZero();
  }
}
