package dev.r3.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.TestBackends;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What losses and their inputs refuse, and how they say it. */
class LossInputsTest {
  private Backend backend;
  private Pass pass;

  @BeforeEach
  void open() {
    backend = TestBackends.doubles();
    pass = Pass.inference(backend);
  }

  @AfterEach
  void close() {
    pass.close();
    backend.close();
  }

  private Tensor zeros(int... axes) {
    return backend.zeros(new Shape(axes));
  }

  private static Grades grades(int... list) {
    return new Grades(new int[][] {list});
  }

  @Test
  void gradesRefuseOtherNumbersAndEmptyLists() {
    assertThatThrownBy(() -> grades(2, 3))
        .hasMessage("Grades: expected grades from -1 to 2 in list 0, got 3");
    assertThatThrownBy(() -> grades(-1, -1))
        .hasMessage("Grades: expected at least one item in list 0, got none");
    assertThatThrownBy(() -> new Grades(new int[][] {{2, 0}, {2}}))
        .hasMessage("Grades: expected 2 items in list 1, got 1; fill up with Grades.NONE");
    assertThatThrownBy(() -> new Grades(new int[0][]))
        .hasMessage("Grades: expected at least one list, got none");
  }

  @Test
  void targetsRefuseAGoldThatIsMaskedOrNotThere() {
    assertThatThrownBy(() -> new Targets(new int[] {1}, new boolean[][] {{false, true}}))
        .hasMessage("Targets: expected an unmasked gold for query 0, got a masked one");
    assertThatThrownBy(() -> new Targets(new int[] {2}, new boolean[1][2]))
        .hasMessage("Targets: expected the gold of query 0 in columns 0 to 1, got 2");
    assertThatThrownBy(() -> new Targets(new int[] {0, 0}, new boolean[1][2]))
        .hasMessage(
            "Targets: expected at least one query and a row of marks each, got 2 golds and 1 rows");
    assertThatThrownBy(
            () -> new Targets(new int[] {0, 0}, new boolean[][] {{false, false}, {false}}))
        .hasMessage("Targets: expected 2 marks for query 1, got 1");
  }

  @Test
  void shapesMustFit() {
    assertThatThrownBy(() -> new GradedListwise().apply(pass, zeros(1, 3), grades(2, 0)))
        .hasMessage("GradedListwise: expected scores [1, 2], got [1, 3]");
    assertThatThrownBy(
            () -> new InfoNce(0.05).apply(pass, zeros(2, 4), zeros(3, 5), Targets.inBatch(2, 3)))
        .hasMessage(
            "InfoNce: expected queries [2, dim] and skills [3, dim], got [2, 4] and [3, 5]");
  }

  @Test
  void aListWithoutAnythingToPreferIsRefused() {
    Grades none = grades(0, 0);
    assertThatThrownBy(
            () ->
                new GradedListwise(new GradeTarget.Binary()).apply(pass, zeros(1, 2), grades(1, 0)))
        .hasMessage(
            "GradedListwise: expected an item of positive weight in every list, got grades [1, 0]"
                + " in list 0 with target Binary[]");
    assertThatThrownBy(() -> new NestedPlackettLuce(1).apply(pass, zeros(1, 2), none))
        .hasMessage(
            "NestedPlackettLuce: expected a gold (grade 2) in every list, got [0, 0] in list 0");
    assertThatThrownBy(() -> new GoldLikelihood().apply(pass, zeros(1, 2), none))
        .hasMessageStartingWith("GoldLikelihood: expected a gold");
    assertThatThrownBy(() -> new RankNet().apply(pass, zeros(1, 2), none))
        .hasMessage("RankNet: expected two items of different grades in some list, got none");
  }

  @Test
  void parametersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new InfoNce(0))
        .hasMessage("InfoNce: expected a temperature above 0, got 0.0");
    assertThatThrownBy(() -> new GradedListwise(new GradeTarget.Binary(), Double.NaN))
        .hasMessage("GradedListwise: expected a temperature above 0, got NaN");
    assertThatThrownBy(() -> new GradeTarget.Softmax(-1))
        .hasMessage("GradeTarget.Softmax: expected a temperature above 0, got -1.0");
    assertThatThrownBy(() -> new NestedPlackettLuce(-0.1))
        .hasMessage("NestedPlackettLuce: expected lambda of at least 0, got -0.1");
    assertThatThrownBy(() -> new PointwiseBce(0))
        .hasMessage("PointwiseBce: expected a goldWeight above 0, got 0.0");
  }

  @Test
  void hugeScoresNeitherOverflowNorVanish() {
    Tensor scores = backend.tensor(new Shape(1, 3), new double[] {-1e4, 1e4, 0});
    assertThat(
            new GradedListwise(new GradeTarget.Binary())
                .apply(pass, scores, grades(2, 0, 0))
                .scalar())
        .isEqualTo(2e4);
    assertThat(new RankNet().apply(pass, scores, grades(2, 0, -1)).scalar()).isEqualTo(2e4);
    assertThat(new PointwiseBce().apply(pass, scores, grades(2, 0, -1)).scalar()).isEqualTo(1e4);
  }
}
