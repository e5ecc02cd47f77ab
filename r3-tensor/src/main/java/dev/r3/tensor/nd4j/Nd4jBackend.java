package dev.r3.tensor.nd4j;

import dev.r3.tensor.Activation;
import dev.r3.tensor.AdamWStep;
import dev.r3.tensor.Attended;
import dev.r3.tensor.AttentionForm;
import dev.r3.tensor.Backend;
import dev.r3.tensor.CrossEntropy;
import dev.r3.tensor.ElementReader;
import dev.r3.tensor.Normalized;
import dev.r3.tensor.Philox;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Precision;
import dev.r3.tensor.Sequences;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.WeightFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The contract on ND4J: makes the output tensors, shows them and the inputs to the kernels as
 * arrays, and lends the kernels room for what is temporary. Says nothing of how a kernel computes.
 */
final class Nd4jBackend implements Backend {
  static final String NAME = "nd4j";

  private final Precision precision;
  private final String description;
  private final Scope scope;

  Nd4jBackend(Precision precision, String description, Scope scope) {
    this.precision = precision;
    this.description = description;
    this.scope = scope;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Precision precision() {
    return precision;
  }

  // ---- memory

  @Override
  public Backend scope() {
    return new Nd4jBackend(precision, description, scope.child());
  }

  @Override
  public Tensor closeKeeping(Tensor result) {
    scope.closeKeeping(storage(result));
    return result;
  }

  @Override
  public void recycle(Tensor tensor) {
    if (tensor.storage() instanceof Nd4jStorage storage) {
      scope.recycle(storage);
    }
  }

  @Override
  public void close() {
    scope.close();
  }

  // ---- what the methods below are made of

  /**
   * A new tensor that the kernel fills. If {@code over}, what the kernel goes over, has no
   * elements, the tensor is 0: ND4J knows no empty arrays worth the name.
   */
  private Tensor compute(Shape shape, Tensor over, BiConsumer<Tensor, Scratch> kernel) {
    Tensor out = make(shape, over);
    run(over, scratch -> kernel.accept(out, scratch), out);
    return out;
  }

  private Tensor make(Shape shape, Tensor over) {
    return over.size() == 0 ? zeros(shape) : new Tensor(shape, scope.allocate(shape.size()));
  }

  private void run(Tensor over, Consumer<Scratch> kernel, Tensor... outputs) {
    for (Tensor out : outputs) {
      if (out.size() == 0) {
        return;
      }
    }
    if (over.size() > 0) {
      try (Scratch scratch = scope.scratch()) {
        kernel.accept(scratch);
      }
    }
  }

  private Nd4jStorage storage(Tensor tensor) {
    if (!(tensor.storage() instanceof Nd4jStorage storage)) {
      throw new IllegalArgumentException(
          "Nd4jBackend: expected a tensor of the nd4j backend, got one of "
              + tensor.storage().getClass().getSimpleName());
    }
    if (storage.type() != scope.type()) {
      throw new IllegalArgumentException(
          "Nd4jBackend: expected a tensor of " + scope.type() + ", got one of " + storage.type());
    }
    return storage;
  }

  /** All elements in a row. */
  private INDArray flat(Tensor tensor) {
    return storage(tensor).view(tensor.size());
  }

  /** The rows over the last axis. */
  private INDArray matrix(Tensor tensor) {
    return storage(tensor).view(tensor.rows(), tensor.lastAxis());
  }

  private static Shape rowsOf(Tensor x) {
    return new Shape(x.rows());
  }

  // ---- creation

  @Override
  public Tensor tensor(Shape shape, float[] values) {
    requireLength("tensor", shape, values.length);
    Tensor out = new Tensor(shape, scope.allocate(shape.size()));
    run(out, scratch -> Ops.copy(scratch.copy(values), flat(out)));
    return out;
  }

  @Override
  public Tensor tensor(Shape shape, double[] values) {
    requireLength("tensor", shape, values.length);
    Tensor out = new Tensor(shape, scope.allocate(shape.size()));
    run(out, scratch -> Ops.copy(scratch.copy(values), flat(out)));
    return out;
  }

  @Override
  public Tensor weight(Shape shape, WeightFormat format, ElementReader elements) {
    return tensor(shape, RoundedWeight.read(shape, format, elements));
  }

  @Override
  public Tensor dropoutFactors(Shape shape, Philox.State start, double probability) {
    float[] factors = new float[shape.size()];
    Philox.at(start).dropoutFactors(probability, factors, 0, factors.length);
    return tensor(shape, factors);
  }

  @Override
  public Tensor zeros(Shape shape) {
    Tensor out = new Tensor(shape, scope.allocate(shape.size()));
    run(out, scratch -> Ops.fill(flat(out), 0));
    return out;
  }

  @Override
  public Tensor broadcast(Tensor scalar, Shape shape) {
    return compute(shape, scalar, (out, scratch) -> Ops.fill(flat(out), scalar.scalar()));
  }

  // ---- in place

  @Override
  public void combine(Tensor target, double targetScale, Tensor x, double scale) {
    run(target, scratch -> Elementwise.combine(flat(target), targetScale, flat(x), scale, scratch));
  }

  @Override
  public void scatterAdd(Tensor target, int[] rows, Tensor values) {
    run(values, scratch -> Rows.scatterAdd(matrix(target), rows, matrix(values), scratch));
  }

  @Override
  public void adamW(
      Tensor parameter, Tensor gradient, Tensor moment1, Tensor moment2, AdamWStep step) {
    run(
        parameter,
        scratch ->
            Elementwise.adamW(
                flat(parameter), flat(gradient), flat(moment1), flat(moment2), step, scratch));
  }

  @Override
  public void assign(Tensor target, float[] values) {
    requireLength("assign", target.shape(), values.length);
    run(target, scratch -> Ops.copy(scratch.copy(values), flat(target)));
  }

  private static void requireLength(String method, Shape shape, int length) {
    if (length != shape.size()) {
      throw new IllegalArgumentException(
          "Nd4jBackend."
              + method
              + ": expected "
              + shape.size()
              + " values for shape "
              + shape
              + ", got "
              + length);
    }
  }

  // ---- matrix products

  @Override
  public Tensor matMul(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
    int m = transposeA ? a.lastAxis() : a.rows();
    int n = transposeB ? b.rows() : b.lastAxis();
    return compute(
        new Shape(m, n),
        a,
        (out, scratch) -> Ops.matMul(matrix(a), transposeA, matrix(b), transposeB, matrix(out)));
  }

  @Override
  public Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias, Activation activation) {
    return compute(
        new Shape(x.rows(), weight.rows()),
        x,
        (out, scratch) -> {
          INDArray product =
              activation == Activation.IDENTITY ? matrix(out) : scratch.like(matrix(out));
          Ops.matMul(matrix(x), false, matrix(weight), true, product);
          if (bias != null) {
            Ops.addRow(product, flat(bias), product);
          }
          if (activation != Activation.IDENTITY) {
            Elementwise.activate(activation, product, matrix(out), scratch);
          }
        });
  }

  // ---- elementwise

  @Override
  public Tensor add(Tensor a, Tensor b) {
    return compute(a.shape(), a, (out, scratch) -> Ops.add(flat(a), flat(b), flat(out)));
  }

  @Override
  public Tensor subtract(Tensor a, Tensor b) {
    return compute(a.shape(), a, (out, scratch) -> Ops.subtract(flat(a), flat(b), flat(out)));
  }

  @Override
  public Tensor multiply(Tensor a, Tensor b) {
    return compute(a.shape(), a, (out, scratch) -> Ops.multiply(flat(a), flat(b), flat(out)));
  }

  @Override
  public Tensor scale(Tensor x, double factor) {
    return compute(x.shape(), x, (out, scratch) -> Ops.multiply(flat(x), factor, flat(out)));
  }

  @Override
  public Tensor scaleRows(Tensor x, Tensor factors) {
    return compute(
        x.shape(),
        x,
        (out, scratch) -> Ops.multiplyByColumn(matrix(x), flat(factors), matrix(out)));
  }

  @Override
  public Tensor activate(Activation activation, Tensor x) {
    return compute(
        x.shape(),
        x,
        (out, scratch) -> Elementwise.activate(activation, flat(x), flat(out), scratch));
  }

  @Override
  public Tensor activateBackward(Activation activation, Tensor gradOutput, Tensor x) {
    return compute(
        x.shape(),
        x,
        (out, scratch) ->
            Elementwise.activateBackward(
                activation, flat(gradOutput), flat(x), flat(out), scratch));
  }

  @Override
  public Tensor swiGlu(Tensor gate, Tensor up) {
    return compute(
        gate.shape(),
        gate,
        (out, scratch) -> Elementwise.swiGlu(flat(gate), flat(up), flat(out), scratch));
  }

  @Override
  public List<Tensor> swiGluBackward(Tensor gradOutput, Tensor gate, Tensor up) {
    Tensor gradGate = make(gate.shape(), gate);
    Tensor gradUp = make(up.shape(), gate);
    run(
        gate,
        scratch ->
            Elementwise.swiGluBackward(
                flat(gradOutput), flat(gate), flat(up), flat(gradGate), flat(gradUp), scratch));
    return List.of(gradGate, gradUp);
  }

  // ---- reductions

  @Override
  public Tensor sum(Tensor x) {
    return compute(new Shape(), x, (out, scratch) -> Reductions.sum(flat(x), flat(out), scratch));
  }

  @Override
  public Tensor sumRows(Tensor x) {
    return compute(
        new Shape(x.lastAxis()),
        x,
        (out, scratch) -> Reductions.sumOfRows(matrix(x), flat(out), scratch));
  }

  @Override
  public double squaredNorm(Tensor x) {
    if (x.size() == 0) {
      return 0;
    }
    try (Scratch scratch = scope.scratch()) {
      return Reductions.squaredNorm(flat(x), scratch);
    }
  }

  @Override
  public Tensor logSumExp(Tensor x) {
    return compute(
        rowsOf(x), x, (out, scratch) -> Softmax.logSumExp(matrix(x), flat(out), scratch));
  }

  @Override
  public Tensor softmax(Tensor x) {
    return compute(
        x.shape(), x, (out, scratch) -> Softmax.softmax(matrix(x), matrix(out), scratch));
  }

  @Override
  public CrossEntropy softmaxCrossEntropy(Tensor logits, Tensor targets) {
    Tensor losses = make(rowsOf(logits), logits);
    Tensor probabilities = make(logits.shape(), logits);
    run(
        logits,
        scratch ->
            Softmax.crossEntropy(
                matrix(logits), matrix(targets), flat(losses), matrix(probabilities), scratch));
    return new CrossEntropy(losses, probabilities);
  }

  @Override
  public Tensor softmaxCrossEntropyBackward(
      Tensor gradLosses, Tensor targets, CrossEntropy forward) {
    return compute(
        targets.shape(),
        targets,
        (out, scratch) ->
            Softmax.crossEntropyBackward(
                flat(gradLosses),
                matrix(targets),
                matrix(forward.probabilities()),
                matrix(out),
                scratch));
  }

  // ---- normalisation

  @Override
  public Normalized layerNorm(Tensor x, Tensor gain, Tensor bias, double epsilon) {
    Tensor out = make(x.shape(), x);
    Tensor inverseScale = make(rowsOf(x), x);
    Tensor mean = make(rowsOf(x), x);
    run(
        x,
        scratch ->
            Norms.layerNorm(
                matrix(x),
                flat(gain),
                flat(bias),
                epsilon,
                matrix(out),
                flat(inverseScale),
                flat(mean),
                scratch));
    return new Normalized(out, inverseScale, mean);
  }

  @Override
  public List<Tensor> layerNormBackward(
      Tensor gradOutput, Tensor x, Tensor gain, Normalized forward) {
    return normBackward(gradOutput, x, gain, forward, true);
  }

  @Override
  public Tensor addLayerNorm(Tensor x, Tensor residual, Tensor gain, Tensor bias, double epsilon) {
    return compute(
        x.shape(),
        x,
        (out, scratch) -> {
          INDArray sum = scratch.like(matrix(x));
          Ops.add(matrix(x), matrix(residual), sum);
          Norms.layerNorm(
              sum,
              flat(gain),
              flat(bias),
              epsilon,
              matrix(out),
              scratch.array(x.rows()),
              scratch.array(x.rows()),
              scratch);
        });
  }

  @Override
  public Normalized rmsNorm(Tensor x, Tensor gain, double epsilon) {
    Tensor out = make(x.shape(), x);
    Tensor inverseScale = make(rowsOf(x), x);
    run(
        x,
        scratch -> Norms.rmsNorm(matrix(x), flat(gain), epsilon, matrix(out), flat(inverseScale)));
    return new Normalized(out, inverseScale, null);
  }

  @Override
  public List<Tensor> rmsNormBackward(
      Tensor gradOutput, Tensor x, Tensor gain, Normalized forward) {
    return normBackward(gradOutput, x, gain, forward, false);
  }

  /** Gradients of x, gain and, where there is one, bias. */
  private List<Tensor> normBackward(
      Tensor gradOutput, Tensor x, Tensor gain, Normalized forward, boolean hasBias) {
    Tensor mean = forward.mean();
    Tensor gradX = make(x.shape(), x);
    Tensor gradGain = make(gain.shape(), x);
    Tensor gradBias = hasBias ? make(gain.shape(), x) : null;
    run(
        x,
        scratch ->
            Norms.backward(
                matrix(gradOutput),
                matrix(x),
                flat(gain),
                flat(forward.inverseScale()),
                mean == null ? null : flat(mean),
                matrix(gradX),
                flat(gradGain),
                gradBias == null ? null : flat(gradBias),
                scratch));
    return gradBias == null ? List.of(gradX, gradGain) : List.of(gradX, gradGain, gradBias);
  }

  @Override
  public Normalized l2Normalize(Tensor x, double epsilon) {
    Tensor out = make(x.shape(), x);
    Tensor inverseScale = make(rowsOf(x), x);
    run(x, scratch -> Norms.l2Normalize(matrix(x), epsilon, matrix(out), flat(inverseScale)));
    return new Normalized(out, inverseScale, null);
  }

  @Override
  public Tensor l2NormalizeBackward(Tensor gradOutput, Normalized forward) {
    return compute(
        gradOutput.shape(),
        gradOutput,
        (out, scratch) ->
            Norms.l2NormalizeBackward(
                matrix(gradOutput),
                matrix(forward.output()),
                flat(forward.inverseScale()),
                matrix(out),
                scratch));
  }

  // ---- sequences

  @Override
  public Tensor gatherSum(List<Tensor> tables, List<int[]> rows) {
    return compute(
        new Shape(rows.get(0).length, tables.get(0).lastAxis()),
        tables.get(0),
        (out, scratch) ->
            Rows.gatherSum(tables.stream().map(this::matrix).toList(), rows, matrix(out), scratch));
  }

  @Override
  public Tensor concatRows(List<Tensor> parts) {
    int rows = 0;
    List<INDArray> arrays = new ArrayList<>();
    for (Tensor part : parts) {
      rows = Math.addExact(rows, part.rows());
      if (part.size() > 0) {
        arrays.add(flat(part));
      }
    }
    Tensor out =
        new Tensor(
            new Shape(rows, parts.get(0).lastAxis()),
            scope.allocate(Math.multiplyExact(rows, parts.get(0).lastAxis())));
    run(out, scratch -> Rows.concat(arrays, flat(out)));
    return out;
  }

  @Override
  public Attended attention(
      Tensor query,
      Tensor key,
      Tensor value,
      AttentionForm form,
      Sequences queries,
      Sequences keys) {
    Tensor out = make(query.shape(), query);
    Tensor logSumExp = make(new Shape(queries.tokens(), form.heads()), query);
    run(
        query,
        scratch ->
            new Attention(form, queries, keys, scratch)
                .forward(flat(query), flat(key), flat(value), flat(out), flat(logSumExp)));
    return new Attended(out, logSumExp);
  }

  @Override
  public Attended.InputGradients attentionBackward(
      Tensor gradOutput,
      Tensor query,
      Tensor key,
      Tensor value,
      Attended forward,
      AttentionForm form,
      Sequences queries,
      Sequences keys) {
    Tensor gradQuery = make(query.shape(), query);
    Tensor gradKey = make(key.shape(), query);
    Tensor gradValue = make(value.shape(), query);
    run(
        query,
        scratch ->
            new Attention(form, queries, keys, scratch)
                .backward(
                    flat(gradOutput),
                    flat(query),
                    flat(key),
                    flat(value),
                    flat(forward.output()),
                    flat(forward.logSumExp()),
                    flat(gradQuery),
                    flat(gradKey),
                    flat(gradValue)));
    return new Attended.InputGradients(gradQuery, gradKey, gradValue);
  }

  @Override
  public Tensor rotary(Tensor x, int[] positions, int headSize, double theta, boolean inverse) {
    return compute(
        x.shape(),
        x,
        (out, scratch) ->
            Rotation.rotate(matrix(x), positions, headSize, theta, inverse, matrix(out), scratch));
  }

  @Override
  public Tensor pool(Pooling pooling, Tensor x, Sequences sequences) {
    return compute(
        new Shape(sequences.count(), x.lastAxis()),
        x,
        (out, scratch) -> Rows.pool(pooling, matrix(x), sequences, matrix(out), scratch));
  }

  @Override
  public Tensor poolBackward(Pooling pooling, Tensor gradOutput, Sequences sequences) {
    return compute(
        new Shape(sequences.tokens(), gradOutput.lastAxis()),
        gradOutput,
        (out, scratch) ->
            Rows.poolBackward(pooling, matrix(gradOutput), sequences, matrix(out), scratch));
  }
}
