package dev.r3.train.loss;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Gather;
import dev.r3.tensor.op.Mask;
import dev.r3.tensor.op.SoftmaxCrossEntropy;
import dev.r3.tensor.op.Sum;
import java.util.ArrayList;
import java.util.List;

/**
 * Each gold is chosen before all SKIP and other candidates, then each SKIP item before the others.
 * With golds G, SKIP items S and the rest R of a list:
 *
 * <pre>
 * L = -1/|G| Σ_{g∈G} log e^s_g / (e^s_g + Σ_{S∪R} e^s) - λ/|S| Σ_{k∈S} log e^s_k / (e^s_k + Σ_R e^s)
 * </pre>
 *
 * A list without SKIP items has only the first term (choices after Plackett 1975 and Luce 1959).
 *
 * <p>Inputs: scores [lists, listSize] of a cross-encoder and {@link Grades} with a gold in every
 * list.
 *
 * <p>When to use: instead of {@link GradedListwise} when a SKIP item must never be pulled towards
 * the golds. λ weighs how far it stays above the rest; λ = 0 makes it a plain hard negative.
 *
 * <p>Relations: with one gold and λ = 0 it equals {@link GradedListwise} with {@link
 * GradeTarget.Binary}; with several golds it differs, since no gold stands in another's
 * denominator.
 *
 * <p>Differs from the paper: this loss is not in it.
 *
 * @param lambda weight of the second choice, at least 0
 */
public record NestedPlackettLuce(double lambda) implements ListLoss {
  public NestedPlackettLuce {
    if (!(lambda >= 0)) {
      throw new IllegalArgumentException(
          "NestedPlackettLuce: expected lambda of at least 0, got " + lambda);
    }
  }

  /** One softmax: {@code item} of {@code list} against all items of a lower grade. */
  private record Choice(int list, int item, double weight) {}

  @Override
  public Tensor apply(Pass pass, Tensor scores, Grades grades) {
    grades.requireFit("NestedPlackettLuce", scores);
    grades.requireGold("NestedPlackettLuce");
    List<Choice> choices = new ArrayList<>();
    for (int list = 0; list < grades.lists(); list++) {
      addChoices(choices, grades, list, Grades.GOLD, 1);
      if (lambda > 0) {
        addChoices(choices, grades, list, Grades.SKIP, lambda);
      }
    }
    int size = grades.listSize();
    double[] targets = new double[choices.size() * size];
    boolean[][] masked = new boolean[choices.size()][size];
    for (int row = 0; row < choices.size(); row++) {
      Choice choice = choices.get(row);
      int[] listGrades = grades.values()[choice.list];
      targets[row * size + choice.item] = choice.weight / grades.lists();
      for (int item = 0; item < size; item++) {
        boolean lower =
            listGrades[item] != Grades.NONE && listGrades[item] < listGrades[choice.item];
        masked[row][item] = item != choice.item && !lower;
      }
    }
    Tensor rows = Gather.apply(pass, scores, choices.stream().mapToInt(Choice::list).toArray());
    Tensor weights = pass.backend().tensor(new Shape(choices.size(), size), targets);
    return Sum.apply(
        pass, SoftmaxCrossEntropy.apply(pass, Mask.apply(pass, rows, masked), weights));
  }

  private static void addChoices(
      List<Choice> choices, Grades grades, int list, int grade, double weight) {
    boolean[] chosen = grades.where(grade)[list];
    int count = 0;
    for (boolean mark : chosen) {
      count += mark ? 1 : 0;
    }
    for (int item = 0; item < chosen.length; item++) {
      if (chosen[item]) {
        choices.add(new Choice(list, item, weight / count));
      }
    }
  }
}
