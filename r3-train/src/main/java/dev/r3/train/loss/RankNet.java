package dev.r3.train.loss;

import dev.r3.tensor.Activation;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Activate;
import dev.r3.tensor.op.Gather;
import dev.r3.tensor.op.Mean;
import dev.r3.tensor.op.Reshape;
import dev.r3.tensor.op.Subtract;
import java.util.stream.IntStream;

/**
 * Every item should score above every item of a lower grade in its list: log(1 + e^-(s_i - s_j)) of
 * each pair with l_i > l_j (Burges et al. 2005, equation 3 with target probability 1 and σ = 1).
 *
 * <p>Inputs: scores [lists, listSize] and {@link Grades}. The mean is over all such pairs of the
 * batch, not first over each list; a batch without any is refused.
 *
 * <p>When to use: as the pairwise baseline of the graded losses.
 *
 * <p>Relations: like {@link NestedPlackettLuce} it never pulls a SKIP item towards the golds; it
 * weighs all pairs alike where a softmax looks at the strongest rival.
 *
 * <p>Differs from the paper: a baseline that is not in it.
 */
public record RankNet() implements ListLoss {
  @Override
  public Tensor apply(Pass pass, Tensor scores, Grades grades) {
    grades.requireFit("RankNet", scores);
    IntStream.Builder higher = IntStream.builder();
    IntStream.Builder lower = IntStream.builder();
    int size = grades.listSize();
    for (int list = 0; list < grades.lists(); list++) {
      int[] row = grades.values()[list];
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          if (row[i] > row[j] && row[j] != Grades.NONE) {
            higher.add(list * size + i);
            lower.add(list * size + j);
          }
        }
      }
    }
    int[] above = higher.build().toArray();
    if (above.length == 0) {
      throw new IllegalArgumentException(
          "RankNet: expected two items of different grades in some list, got none");
    }
    Tensor flat = Reshape.apply(pass, scores, scores.size(), 1);
    Tensor gap = // s_j - s_i of each pair
        Subtract.apply(
            pass,
            Gather.apply(pass, flat, lower.build().toArray()),
            Gather.apply(pass, flat, above));
    return Mean.apply(pass, Activate.apply(pass, Activation.SOFTPLUS, gap));
  }
}
