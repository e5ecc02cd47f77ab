package dev.r3.train.trainer;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Philox;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Linear;
import dev.r3.tensor.op.Mean;
import dev.r3.tensor.op.Multiply;
import dev.r3.tensor.op.Subtract;
import dev.r3.train.optimizer.AdamW;
import dev.r3.train.optimizer.Optimizer;
import dev.r3.train.optimizer.ParameterGroup;
import java.util.List;

/**
 * A task that is small enough to know everything about: find W and b of y = x Wᵀ + b from noisy
 * examples, by squared error. Examples depend on the batch's number, the noise on the pass's seed.
 */
final class LinearTask implements TrainingTask {
  static final double[] TRUE_WEIGHT = {1, -2, 0.5, 3, 0, -1};
  static final double[] TRUE_BIAS = {0.25, -0.75};
  private static final int ROWS = 4;

  private final Backend backend;
  private final float noise;
  final Parameter weight;
  final Parameter bias;

  LinearTask(Backend backend, float noise) {
    this.backend = backend;
    this.noise = noise;
    this.weight = new Parameter("dense.weight", backend, backend.zeros(new Shape(2, 3)));
    this.bias = new Parameter("dense.bias", backend, backend.zeros(new Shape(2)));
  }

  Optimizer adamW() {
    return new AdamW(backend, ParameterGroup.withDecayOnMatrices(List.of(weight, bias), 0.001));
  }

  @Override
  public BatchLoss loss(Pass pass, long batch) {
    float[] x = Philox.of(1, 2, batch).normals(ROWS * 3);
    float[] error = pass.nextRandom().normals(ROWS * 2);
    float[] y = new float[ROWS * 2];
    for (int row = 0; row < ROWS; row++) {
      for (int out = 0; out < 2; out++) {
        double sum = TRUE_BIAS[out] + noise * error[row * 2 + out];
        for (int in = 0; in < 3; in++) {
          sum += TRUE_WEIGHT[out * 3 + in] * x[row * 3 + in];
        }
        y[row * 2 + out] = (float) sum;
      }
    }
    Tensor input = pass.backend().tensor(new Shape(ROWS, 3), x);
    Tensor predicted = Linear.apply(pass, input, pass.use(weight), pass.use(bias));
    Tensor gap =
        Subtract.apply(pass, predicted, pass.backend().tensor(new Shape(ROWS, 2), y)); // [rows, 2]
    return new BatchLoss(Mean.apply(pass, Multiply.apply(pass, gap, gap)), ROWS);
  }
}
