package dev.r3.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.r3.tensor.Backend;
import dev.r3.tensor.GradientCheck;
import dev.r3.tensor.Gradients;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.TestBackends;
import dev.r3.tensor.op.L2Normalize;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the method says about the gradients and the optima of its losses, in double precision. */
class GradientStatementsTest {
  private static final Grades GRADES = new Grades(new int[][] {{2, 1, 0, 0}, {0, 2, 1, -1}});

  private static Backend doubles;

  @BeforeAll
  static void open() {
    doubles = TestBackends.doubles();
  }

  @AfterAll
  static void close() {
    doubles.close();
  }

  private static Tensor random(long seed, int... axes) {
    Shape shape = new Shape(axes);
    return doubles.tensor(shape, new Random(seed).doubles(shape.size(), -2, 2).toArray());
  }

  private static double[] softmax(double[] x) {
    double sum = IntStream.range(0, x.length).mapToDouble(i -> Math.exp(x[i])).sum();
    return IntStream.range(0, x.length).mapToDouble(i -> Math.exp(x[i]) / sum).toArray();
  }

  private static double[] gradient(ListLoss loss, double[] scores, int... grades) {
    try (Pass pass = Pass.training(doubles, 0, 0)) {
      Tensor s = pass.watch(doubles.tensor(new Shape(1, scores.length), scores));
      Tensor value = loss.apply(pass, s, new Grades(new int[][] {grades}));
      Tensor one = doubles.tensor(value.shape(), new double[] {1});
      return pass.gradients(value, one).of(s).toDoubles();
    }
  }

  static List<ListLoss> listLosses() {
    return List.of(
        new GradedListwise(),
        new GradedListwise(new GradeTarget.Softmax(1), 2.5),
        new GradedListwise(new GradeTarget.Proportional()),
        new GradedListwise(new GradeTarget.Exponential()),
        new GradedListwise(new GradeTarget.Binary()),
        new NestedPlackettLuce(0),
        new NestedPlackettLuce(0.7),
        new GoldLikelihood(),
        new PointwiseBce(2),
        new RankNet());
  }

  @ParameterizedTest
  @MethodSource("listLosses")
  void backwardMatchesCentralDifferences(ListLoss loss) {
    Tensor scores = random(1, 2, 4);
    GradientCheck.on(doubles)
        .of(pass -> loss.apply(pass, scores, GRADES))
        .inputs(scores)
        .expectRelativeErrorBelow(1e-6);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void backwardOfInfoNceMatchesCentralDifferences(boolean symmetric) {
    Tensor queries = random(2, 3, 4);
    Tensor skills = random(3, 5, 4);
    boolean[][] masked = new boolean[3][5];
    masked[0][4] = true;
    masked[1][0] = true;
    Targets targets = new Targets(new int[] {0, 3, 0}, masked);
    GradientCheck.on(doubles)
        .of(
            pass ->
                new InfoNce(0.05, symmetric)
                    .apply(
                        pass,
                        L2Normalize.apply(pass, queries),
                        L2Normalize.apply(pass, skills),
                        targets))
        .inputs(queries, skills)
        .expectRelativeErrorBelow(1e-6);
  }

  @ParameterizedTest
  @MethodSource("listLosses")
  void aMaskedItemGetsNoGradientAndHasNoInfluence(ListLoss loss) {
    double[] with = {0.3, -1.2, 0.8, 123};
    double[] otherwise = {0.3, -1.2, 0.8, -7};
    assertThat(gradient(loss, with, 2, 1, 0, -1)[3]).isZero();
    assertThat(gradient(loss, with, 2, 1, 0, -1)).isEqualTo(gradient(loss, otherwise, 2, 1, 0, -1));
  }

  @Test
  void gradientsThatCompareSumToZeroAndTheOthersNeedNot() {
    double[] scores = {0.3, -1.2, 0.8, 0.1};
    for (ListLoss loss : listLosses()) {
      double sum =
          IntStream.range(0, 4).mapToDouble(i -> gradient(loss, scores, 2, 1, 0, 0)[i]).sum();
      if (loss instanceof PointwiseBce) {
        assertThat(Math.abs(sum)).isGreaterThan(0.1);
      } else {
        assertThat(sum).as("%s", loss).isCloseTo(0, within(1e-15));
      }
    }
  }

  @Test
  void listwiseGradientIsProbabilityMinusTarget() {
    double[] scores = {0.3, -1.2, 0.8, 0.1};
    double[] p = softmax(scores);
    double[] y = softmax(new double[] {2 / 0.5, 1 / 0.5, 0, 0});
    double[] gradient = gradient(new GradedListwise(), scores, 2, 1, 0, 0);
    for (int j = 0; j < scores.length; j++) {
      assertThat(gradient[j]).isCloseTo(p[j] - y[j], within(1e-15));
    }
  }

  @Test
  void listwisePullsASkipItemUpWhileItIsBelowItsTarget() {
    double target = softmax(new double[] {4, 2, 0})[1];
    double[] below = {3, 0, 0};
    double[] above = {0, 3, 0};
    assertThat(softmax(below)[1]).isLessThan(target);
    assertThat(gradient(new GradedListwise(), below, 2, 1, 0)[1]).isNegative();
    assertThat(gradient(new GradedListwise(), above, 2, 1, 0)[1]).isPositive();
  }

  @Test
  void nestedPlackettLuceWithoutLambdaOnlyPushesASkipItemDown() {
    for (double skip = -6; skip <= 6; skip++) {
      double[] scores = {0, skip, 0};
      assertThat(gradient(new NestedPlackettLuce(0), scores, 2, 1, 0)[1]).isPositive();
    }
  }

  @Test
  void nestedPlackettLuceIsTheSumOfItsChoices() {
    double[] s = {0.3, -1.2, 0.8, 0.1, 2};
    int[] grades = {2, 2, 1, 0, -1};
    double lambda = 0.7;
    double expected = 0;
    for (int gold : new int[] {0, 1}) {
      double sum = Math.exp(s[gold]) + Math.exp(s[2]) + Math.exp(s[3]);
      expected -= Math.log(Math.exp(s[gold]) / sum) / 2;
    }
    expected -= lambda * Math.log(Math.exp(s[2]) / (Math.exp(s[2]) + Math.exp(s[3])));
    try (Pass pass = Pass.inference(doubles)) {
      Tensor scores = doubles.tensor(new Shape(1, 5), s);
      Tensor loss =
          new NestedPlackettLuce(lambda).apply(pass, scores, new Grades(new int[][] {grades}));
      assertThat(loss.scalar()).isCloseTo(expected, within(1e-14));
    }
  }

  @Test
  void withOneGoldThreeLossesAreOne() {
    double[] scores = {0.3, -1.2, 0.8, 0.1};
    double[] binary = gradient(new GradedListwise(new GradeTarget.Binary()), scores, 2, 1, 0, 0);
    assertThat(gradient(new NestedPlackettLuce(0), scores, 2, 1, 0, 0))
        .containsExactly(binary, within(1e-15));
    assertThat(gradient(new GoldLikelihood(), scores, 2, 1, 0, 0))
        .containsExactly(binary, within(1e-15));
  }

  /** Plain gradient descent on the scores of one list until they rest. */
  private static double[] optimum(ListLoss loss, int... grades) {
    Parameter scores = new Parameter("scores", doubles, random(4, 1, grades.length));
    for (int step = 0; step < 3000; step++) {
      try (Pass pass = Pass.training(doubles, 0, step)) {
        pass.backward(loss.apply(pass, pass.use(scores), new Grades(new int[][] {grades})));
      }
      doubles.combine(scores.value(), 1, scores.gradient(), -2);
      scores.clearGradient();
    }
    return scores.value().toDoubles();
  }

  @ParameterizedTest
  @CsvSource({"0.5", "1"})
  void optimumOfTheSoftmaxTargetHasGapsOfOneOverT(double temperature) {
    double[] s = optimum(new GradedListwise(new GradeTarget.Softmax(temperature)), 2, 1, 0, 0);
    assertThat(s[0] - s[1]).isCloseTo(1 / temperature, within(1e-6));
    assertThat(s[1] - s[2]).isCloseTo(1 / temperature, within(1e-6));
    assertThat(s[2]).isCloseTo(s[3], within(1e-6));
  }

  @Test
  void optimumOfTheProportionalTargetHasAGapOfLn2AndDropsTheRest() {
    double[] s = optimum(new GradedListwise(new GradeTarget.Proportional()), 2, 1, 0);
    assertThat(s[0] - s[1]).isCloseTo(Math.log(2), within(1e-3));
    assertThat(s[1] - s[2]).isGreaterThan(7);
  }

  @Test
  void optimumOfTheExponentialTargetHasAGapOfLn3AndDropsTheRest() {
    double[] s = optimum(new GradedListwise(new GradeTarget.Exponential()), 2, 1, 0);
    assertThat(s[0] - s[1]).isCloseTo(Math.log(3), within(1e-3));
    assertThat(s[1] - s[2]).isGreaterThan(7);
  }

  @Test
  void infoNceRepelsWithOneMinusTheProbabilityOfTheGoldHoweverManyNegatives() {
    double t = 0.05;
    for (int columns : new int[] {2, 5, 40}) {
      try (Pass pass = Pass.training(doubles, 0, 0)) {
        Tensor u = pass.watch(L2Normalize.apply(pass, random(5, 1, 8)));
        Tensor v = pass.watch(L2Normalize.apply(pass, random(6, columns, 8)));
        Tensor loss = new InfoNce(t).apply(pass, u, v, Targets.inBatch(1, columns));
        Gradients gradients = pass.gradients(loss, doubles.tensor(loss.shape(), new double[] {1}));
        double[] query = u.toDoubles();
        double[] skills = v.toDoubles();
        double[] z = new double[columns];
        for (int j = 0; j < columns; j++) {
          for (int d = 0; d < 8; d++) {
            z[j] += query[d] * skills[j * 8 + d] / t;
          }
        }
        double[] p = softmax(z);
        double[] gradSkills = gradients.of(v).toDoubles(); // dL/dv_j = dL/dz_j u / t
        double pushed = 0;
        for (int j = 0; j < columns; j++) {
          double gradLogit = 0;
          for (int d = 0; d < 8; d++) {
            gradLogit += t * gradSkills[j * 8 + d] * query[d];
          }
          assertThat(gradLogit).isCloseTo(p[j] - (j == 0 ? 1 : 0), within(1e-13));
          pushed += j == 0 ? 0 : gradLogit;
        }
        assertThat(pushed).isCloseTo(1 - p[0], within(1e-13));
      }
    }
  }

  /** dL/dv_s = (p_s / t) P_{v_s} u where the embedder normalises: no pull along v_s itself. */
  @Test
  void infoNceMovesASkillAtRightAnglesToItself() {
    try (Pass pass = Pass.training(doubles, 0, 0)) {
      Tensor raw = random(7, 4, 6);
      Tensor unit = L2Normalize.apply(pass, raw);
      Tensor v = pass.watch(doubles.tensor(unit.shape(), unit.toDoubles()));
      Tensor u = L2Normalize.apply(pass, random(8, 1, 6));
      Tensor loss =
          new InfoNce(0.05).apply(pass, u, L2Normalize.apply(pass, v), Targets.inBatch(1, 4));
      double[] gradient =
          pass.gradients(loss, doubles.tensor(loss.shape(), new double[] {1})).of(v).toDoubles();
      double[] values = v.toDoubles();
      for (int j = 0; j < 4; j++) {
        double along = 0;
        for (int d = 0; d < 6; d++) {
          along += gradient[j * 6 + d] * values[j * 6 + d];
        }
        assertThat(along).isCloseTo(0, within(1e-13));
      }
    }
  }
}
