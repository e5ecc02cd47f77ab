package dev.r3.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The closed set of coarse kernels that everything above is made of; what a new device implements.
 *
 * <p>Kernels work on the last axis and treat all outer axes as rows. They may assume that shapes
 * fit: the operations in {@code dev.r3.tensor.op} check them. Inputs are never changed except by
 * the methods under "in place". Every method ending in Backward takes the gradient of a scalar with
 * respect to the forward output and returns the gradient with respect to the inputs.
 *
 * <p>Memory: a root backend makes tensors that live as long as they are reachable (parameters,
 * optimizer state). {@link #scope()} opens a child whose tensors are recycled when it closes; a
 * forward pass runs in one. A root may be used by many threads at once, a scope by one at a time.
 * Kernels of a scope accept tensors of its ancestors.
 */
public interface Backend extends AutoCloseable {

  /** "java" or "nd4j"; what {@code --backend} takes. */
  String name();

  /** One line for people: device, vector width, threads. */
  String description();

  Precision precision();

  // ---- memory

  /** A child scope; close it, or call {@link #closeKeeping}. */
  Backend scope();

  /**
   * Closes this scope but hands {@code result}, one of its tensors, to the parent scope.
   *
   * @return {@code result}, now owned by the parent
   */
  Tensor closeKeeping(Tensor result);

  /**
   * Gives the memory of one tensor of this scope back before the scope closes. For the tape, on
   * gradients that nobody reads again; does nothing for tensors of other scopes.
   */
  void recycle(Tensor tensor);

  /** Closes a scope: its tensors become unreadable. Closing a root releases threads or devices. */
  @Override
  void close();

  // ---- creation

  /** A tensor with a copy of the values, rounded to this backend's precision. */
  Tensor tensor(Shape shape, float[] values);

  /** A tensor with a copy of the values, rounded to this backend's precision. */
  Tensor tensor(Shape shape, double[] values);

  /**
   * A matrix that may be held in fewer bits, for inference with large models. In a format other
   * than FULL it can only be the weight of {@link #linear}, the transposed right side of {@link
   * #matMul} and a table of {@link #gatherSum}, which widen it as they go and compute in full
   * precision; it does not train.
   *
   * <p>The ND4J backend rounds to the format but keeps the elements in its own precision.
   *
   * @param shape [rows, columns]
   */
  Tensor weight(Shape shape, WeightFormat format, ElementReader elements);

  /**
   * What dropout multiplies by: element i is 0 where the i-th uniform number from {@code start} on
   * is below the probability, else 1 / (1 - probability). The same on every backend.
   */
  Tensor dropoutFactors(Shape shape, Philox.State start, double probability);

  Tensor zeros(Shape shape);

  /** All elements equal to the only element of {@code scalar}. */
  Tensor broadcast(Tensor scalar, Shape shape);

  // ---- in place, on gradients, parameters and optimizer state

  /** target = targetScale * target + scale * x. */
  void combine(Tensor target, double targetScale, Tensor x, double scale);

  /** target[rows[i], :] += values[i, :]; repeated rows add up. */
  void scatterAdd(Tensor target, int[] rows, Tensor values);

  /** One AdamW update of a parameter and its first and second moments. */
  void adamW(
      Tensor parameter, Tensor gradient, Tensor moment1, Tensor moment2, AdamWStep hyperparameters);

  /** Replaces the elements of {@code target}. */
  void assign(Tensor target, float[] values);

  // ---- matrix products

  /** op(a) op(b): [m, k] x [k, n] -> [m, n], where op transposes its matrix or not. */
  Tensor matMul(Tensor a, boolean transposeA, Tensor b, boolean transposeB);

  /**
   * activation(x weightᵀ + bias): x [rows, in], weight [out, in] (as checkpoints store it), bias
   * [out] or none -> [rows, out].
   */
  Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias, Activation activation);

  // ---- elementwise

  Tensor add(Tensor a, Tensor b);

  Tensor subtract(Tensor a, Tensor b);

  Tensor multiply(Tensor a, Tensor b);

  Tensor scale(Tensor x, double factor);

  /** Multiplies row i of x by factors[i]: x [rows, columns], factors [rows]. */
  Tensor scaleRows(Tensor x, Tensor factors);

  Tensor activate(Activation activation, Tensor x);

  /** gradOutput * activation'(x). */
  Tensor activateBackward(Activation activation, Tensor gradOutput, Tensor x);

  /** silu(gate) * up (Shazeer 2020), all [rows, columns]. */
  Tensor swiGlu(Tensor gate, Tensor up);

  /** Gradients with respect to gate and up, in this order. */
  List<Tensor> swiGluBackward(Tensor gradOutput, Tensor gate, Tensor up);

  // ---- reductions

  /** Sum of all elements: a scalar of shape []. */
  Tensor sum(Tensor x);

  /** Sum over the rows: [rows, columns] -> [columns]. */
  Tensor sumRows(Tensor x);

  /** Σ x², accumulated in double. */
  double squaredNorm(Tensor x);

  /** log Σ_j e^x_j of each row: [rows, columns] -> [rows]; a row of only -∞ gives -∞. */
  Tensor logSumExp(Tensor x);

  /** softmax over the last axis. */
  Tensor softmax(Tensor x);

  /**
   * -Σ_j y_j log softmax(logits)_j of each row; logits and targets [rows, columns]. A masked column
   * has logit -∞ and target 0 and contributes exactly 0.
   */
  CrossEntropy softmaxCrossEntropy(Tensor logits, Tensor targets);

  /** (p Σ_j y_j - y) gradLosses of each row; gradLosses [rows] -> [rows, columns]. */
  Tensor softmaxCrossEntropyBackward(Tensor gradLosses, Tensor targets, CrossEntropy forward);

  // ---- normalisation over the last axis

  /**
   * (x - mean) / √(variance + epsilon) * gain + bias with the biased variance; gain, bias
   * [columns].
   */
  Normalized layerNorm(Tensor x, Tensor gain, Tensor bias, double epsilon);

  /** Gradients with respect to x, gain and bias, in this order. */
  List<Tensor> layerNormBackward(Tensor gradOutput, Tensor x, Tensor gain, Normalized forward);

  /** layerNorm(x + residual), without keeping what a backward pass would need. */
  Tensor addLayerNorm(Tensor x, Tensor residual, Tensor gain, Tensor bias, double epsilon);

  /** x / √(mean(x²) + epsilon) * gain; gain [columns]. */
  Normalized rmsNorm(Tensor x, Tensor gain, double epsilon);

  /** Gradients with respect to x and gain, in this order. */
  List<Tensor> rmsNormBackward(Tensor gradOutput, Tensor x, Tensor gain, Normalized forward);

  /** x / max(‖x‖, epsilon), as torch.nn.functional.normalize. */
  Normalized l2Normalize(Tensor x, double epsilon);

  Tensor l2NormalizeBackward(Tensor gradOutput, Normalized forward);

  // ---- sequences

  /**
   * Σ_t tables[t][rows[t][i], :] for every i: the sum of one row of each table. All tables [*,
   * columns], all index arrays of one length n and inside their tables -> [n, columns].
   */
  Tensor gatherSum(List<Tensor> tables, List<int[]> rows);

  /** The rows of all parts one below the other; all [*, columns]. */
  Tensor concatRows(List<Tensor> parts);

  /**
   * Attention inside each sequence of a packed batch.
   *
   * @param query [queries.tokens, heads * headSize]
   * @param key [keys.tokens, kvHeads * headSize]
   * @param value as key
   * @param queries which rows of query belong to which sequence
   * @param keys the same for key and value, with as many sequences; equal to queries unless the
   *     queries are only the last tokens of their sequences
   */
  Attended attention(
      Tensor query,
      Tensor key,
      Tensor value,
      AttentionForm form,
      Sequences queries,
      Sequences keys);

  Attended.InputGradients attentionBackward(
      Tensor gradOutput,
      Tensor query,
      Tensor key,
      Tensor value,
      Attended forward,
      AttentionForm form,
      Sequences queries,
      Sequences keys);

  /**
   * Rotary position embedding (Su et al. 2021) in the half-split form of Hugging Face: for pair
   * (x_i, x_{i + headSize/2}) of each head an angle position / theta^(2i / headSize).
   *
   * @param x [tokens, heads * headSize]
   * @param positions [tokens]
   * @param inverse rotates back, which is also the way of the gradient
   */
  Tensor rotary(Tensor x, int[] positions, int headSize, double theta, boolean inverse);

  /** One vector for each sequence: x [tokens, columns] -> [sequences, columns]. */
  Tensor pool(Pooling pooling, Tensor x, Sequences sequences);

  Tensor poolBackward(Pooling pooling, Tensor gradOutput, Sequences sequences);
}
