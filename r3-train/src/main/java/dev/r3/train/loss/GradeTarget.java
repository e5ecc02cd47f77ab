package dev.r3.train.loss;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * Turns the grades of a list into the distribution that {@link GradedListwise} pulls the scores to.
 * At the optimum s_j = log y_j + constant, so the target decides the gaps between the grades:
 *
 * <table>
 *   <caption>Gaps of the optimal scores</caption>
 *   <tr><th>target</th><th>gold - SKIP</th><th>SKIP - rest</th></tr>
 *   <tr><td>{@link Softmax}</td><td>1/T</td><td>1/T</td></tr>
 *   <tr><td>{@link Proportional}</td><td>ln 2</td><td>unbounded</td></tr>
 *   <tr><td>{@link Exponential}</td><td>ln 3</td><td>unbounded</td></tr>
 *   <tr><td>{@link Binary}</td><td>unbounded</td><td>0</td></tr>
 * </table>
 */
public interface GradeTarget {
  /**
   * @param grades of one list, -1 = no item
   * @return weights that are not all 0, with 0 where there is no item; the loss divides by their
   *     sum
   */
  double[] weights(int[] grades);

  /**
   * e^(l/T), normalised: softmax(l/T). T = 1 is ListNet's target (Cao et al. 2007).
   *
   * @param temperature T; smaller asks for wider gaps
   */
  record Softmax(double temperature) implements GradeTarget {
    public static final double DEFAULT_TEMPERATURE = 0.5;

    public Softmax {
      if (!(temperature > 0)) {
        throw new IllegalArgumentException(
            "GradeTarget.Softmax: expected a temperature above 0, got " + temperature);
      }
    }

    @Override
    public double[] weights(int[] grades) {
      return weigh(grades, grade -> Math.exp((grade - Grades.GOLD) / temperature));
    }
  }

  /** l: the graded labels themselves. */
  record Proportional() implements GradeTarget {
    @Override
    public double[] weights(int[] grades) {
      return weigh(grades, grade -> grade);
    }
  }

  /** 2^l - 1: the gains of nDCG. */
  record Exponential() implements GradeTarget {
    @Override
    public double[] weights(int[] grades) {
      return weigh(grades, grade -> (1 << grade) - 1);
    }
  }

  /** Golds alike, SKIP = rest = 0: the baseline without the push-away signal. */
  record Binary() implements GradeTarget {
    @Override
    public double[] weights(int[] grades) {
      return weigh(grades, grade -> grade == Grades.GOLD ? 1 : 0);
    }
  }

  private static double[] weigh(int[] grades, IntToDoubleFunction weight) {
    return Arrays.stream(grades)
        .mapToDouble(grade -> grade == Grades.NONE ? 0 : weight.applyAsDouble(grade))
        .toArray();
  }
}
