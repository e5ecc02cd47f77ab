package dev.r3.train.loss;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Add;
import dev.r3.tensor.op.Gather;
import dev.r3.tensor.op.Mask;
import dev.r3.tensor.op.MatMul;
import dev.r3.tensor.op.Mean;
import dev.r3.tensor.op.Scale;
import dev.r3.tensor.op.SoftmaxCrossEntropy;

/**
 * Softmax cross-entropy of each query's gold skill against all other skills of the batch: -log p_g
 * with p = softmax(z), z_j = u · v_j / temperature (van den Oord, Li, Vinyals 2018, equation 4; R3,
 * arXiv 2606.03565, for the embedder).
 *
 * <p>Inputs: unit vectors u = queries [batch, dim] and v = skills [columns, dim], where the columns
 * are golds, mined hard negatives and, in the ablation, SKIP partners. The gradient at the logits
 * is p_j - 1[j = g]: it sums to 0, so the repulsion of all negatives together is 1 - p_g, however
 * many there are.
 *
 * <p>When to use: training the bi-encoder; the larger the batch, the better the estimate of the
 * whole pool.
 *
 * <p>Relations: {@link GradedListwise} with {@link GradeTarget.Binary} is the same loss on scores
 * of a cross-encoder, where every query has its own list.
 *
 * <p>Differs from the paper: which columns are masked is this project's choice (see {@link
 * Targets}), and so are the default temperature 0.05 and the symmetric form.
 *
 * @param temperature divides the cosines; smaller looks at the hardest negatives only
 * @param symmetric whether to add the way back, each gold skill finding its query among the batch's
 *     (Radford et al. 2021, CLIP), and to take the mean of both ways. A query that shares the gold,
 *     or for which that skill is masked, is left out there.
 */
public record InfoNce(double temperature, boolean symmetric) implements EmbeddingLoss {
  public static final double DEFAULT_TEMPERATURE = 0.05;

  public InfoNce {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException(
          "InfoNce: expected a temperature above 0, got " + temperature);
    }
  }

  /** From queries to skills only. */
  public InfoNce(double temperature) {
    this(temperature, false);
  }

  @Override
  public Tensor apply(Pass pass, Tensor queries, Tensor skills, Targets targets) {
    targets.requireFit("InfoNce", queries, skills);
    int[] gold = targets.gold();
    Tensor toSkill = contrast(pass, queries, skills, gold, targets.masked());
    if (!symmetric) {
      return toSkill;
    }
    Tensor golds = Gather.apply(pass, skills, gold); // [batch, dim]
    int[] self = Targets.inBatch(gold.length, gold.length).gold();
    Tensor toQuery = contrast(pass, golds, queries, self, maskedQueries(targets));
    return Scale.apply(pass, Add.apply(pass, toSkill, toQuery), 0.5);
  }

  /** -log softmax over the columns at the gold one; from [m, dim], to [n, dim] -> scalar. */
  private Tensor contrast(Pass pass, Tensor from, Tensor to, int[] gold, boolean[][] masked) {
    Tensor logits =
        Scale.apply(pass, MatMul.transposedRight(pass, from, to), 1 / temperature); // [m, n]
    int columns = to.rows();
    float[] oneHot = new float[gold.length * columns];
    for (int row = 0; row < gold.length; row++) {
      oneHot[row * columns + gold[row]] = 1;
    }
    Tensor distribution = pass.backend().tensor(new Shape(gold.length, columns), oneHot);
    return Mean.apply(
        pass, SoftmaxCrossEntropy.apply(pass, Mask.apply(pass, logits, masked), distribution));
  }

  /** [i][j]: query j may not be a negative of query i's gold skill. */
  private static boolean[][] maskedQueries(Targets targets) {
    int[] gold = targets.gold();
    boolean[][] masked = new boolean[gold.length][gold.length];
    for (int i = 0; i < gold.length; i++) {
      for (int j = 0; j < gold.length; j++) {
        masked[i][j] = i != j && (gold[i] == gold[j] || targets.masked()[j][gold[i]]);
      }
    }
    return masked;
  }
}
