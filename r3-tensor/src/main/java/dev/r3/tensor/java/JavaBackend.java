package dev.r3.tensor.java;

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
import dev.r3.tensor.Storage;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.WeightFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The backend on {@code float[]}: owns the arrays, knows shapes, and calls the kernels of this
 * package, which know neither.
 *
 * <p>Arrays of a scope come from a pool that all scopes of the root share and go back to it when
 * the scope closes. Tensors of the root are ordinary arrays of their own. The right side of a
 * matrix product is packed for the tile kernel. For a tensor of the root (a weight) that meets few
 * rows the packed copy of its transpose is kept until the tensor changes or the heap runs short;
 * where rows are many, as in training, packing anew costs next to nothing and no memory.
 */
public final class JavaBackend implements Backend {
  static final String NAME = "java";

  /** From so many rows on, packing the right side takes about a hundredth of the product's time. */
  private static final int ROWS_THAT_HIDE_PACKING = 2048;

  private final Engine engine;
  private final @Nullable JavaBackend parent;
  private final List<FloatStorage> owned = new ArrayList<>(); // of a scope
  private final Norms norms;
  private final Reductions reductions;
  private final Rows rows;
  private boolean closed;

  /**
   * A root backend.
   *
   * @param threads threads that compute, at least 1
   */
  JavaBackend(Kernels kernels, int threads) {
    this(new Engine(kernels, threads), null);
  }

  private JavaBackend(Engine engine, @Nullable JavaBackend parent) {
    this.engine = engine;
    this.parent = parent;
    norms = new Norms(engine);
    reductions = new Reductions(engine);
    rows = new Rows(engine);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    int threads = engine.workers().threads();
    return "CPU, "
        + engine.kernels().width()
        + ", "
        + threads
        + (threads == 1 ? " thread" : " threads");
  }

  @Override
  public Precision precision() {
    return Precision.FLOAT32;
  }

  // ---- memory

  @Override
  public Backend scope() {
    requireOpen();
    return new JavaBackend(engine, this);
  }

  @Override
  public Tensor closeKeeping(Tensor result) {
    if (parent == null) {
      throw new IllegalStateException(
          "JavaBackend.closeKeeping: expected a scope, got the root backend");
    }
    if (result.storage() instanceof FloatStorage storage && storage.owner() == this) {
      storage.moveTo(parent);
      if (parent.parent != null) {
        parent.owned.add(storage);
      }
    }
    close();
    return result;
  }

  @Override
  public void recycle(Tensor tensor) {
    if (parent != null
        && tensor.storage() instanceof FloatStorage storage
        && storage.owner() == this) {
      release(storage);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (FloatStorage storage : owned) {
      if (storage.owner() == this) {
        release(storage);
      }
    }
    owned.clear();
    if (parent == null) {
      engine.close();
    }
  }

  private void release(FloatStorage storage) {
    float[] array = storage.surrender();
    if (array != null) {
      engine.buffers().release(array);
    }
  }

  /** A tensor of this scope with arbitrary elements. */
  private Tensor make(Shape shape) {
    requireOpen();
    int size = shape.size();
    if (parent == null) {
      return new Tensor(shape, new FloatStorage(this, new float[size], size));
    }
    FloatStorage storage = new FloatStorage(this, engine.buffers().acquire(size), size);
    owned.add(storage);
    return new Tensor(shape, storage);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "JavaBackend: expected an open backend, got one used after it closed");
    }
  }

  private static FloatStorage storage(Tensor tensor) {
    Storage storage = tensor.storage();
    if (storage instanceof FloatStorage floats) {
      return floats;
    }
    if (storage instanceof NarrowWeight narrow) {
      throw new IllegalArgumentException(
          "JavaBackend: expected a tensor in float32, got the "
              + narrow.format()
              + " weight "
              + tensor.shape()
              + ", which only linear, matMul with it as the transposed right side and gatherSum"
              + " take; make it WeightFormat.FULL for all else");
    }
    throw new IllegalArgumentException(
        "JavaBackend: expected a tensor of a java backend, got "
            + tensor
            + " with "
            + storage.getClass().getSimpleName());
  }

  /** A weight in fewer bits as the right side of a product, transposed; null for other tensors. */
  private static @Nullable NarrowWeight narrow(Tensor weight) {
    if (!(weight.storage() instanceof NarrowWeight narrow)) {
      return null;
    }
    if (narrow.depth() != weight.lastAxis()) {
      throw new IllegalArgumentException(
          "JavaBackend: expected a "
              + narrow.format()
              + " weight under the shape it was made with, ["
              + narrow.columns()
              + ", "
              + narrow.depth()
              + "], got "
              + weight.shape());
    }
    return narrow;
  }

  private static float[] data(Tensor tensor) {
    return storage(tensor).data();
  }

  /** The elements, about to be changed: packed copies of them are no longer right. */
  private static float[] changing(Tensor tensor) {
    FloatStorage storage = storage(tensor);
    storage.invalidate();
    return storage.data();
  }

  // ---- creation

  @Override
  public Tensor tensor(Shape shape, float[] values) {
    requireCount("tensor", shape, values.length);
    Tensor tensor = make(shape);
    System.arraycopy(values, 0, data(tensor), 0, values.length);
    return tensor;
  }

  @Override
  public Tensor tensor(Shape shape, double[] values) {
    requireCount("tensor", shape, values.length);
    Tensor tensor = make(shape);
    float[] data = data(tensor);
    for (int i = 0; i < values.length; i++) {
      data[i] = (float) values[i];
    }
    return tensor;
  }

  @Override
  public Tensor weight(Shape shape, WeightFormat format, ElementReader elements) {
    requireOpen();
    if (format != WeightFormat.FULL) {
      return new Tensor(
          shape, NarrowWeight.read(engine, shape.rows(), shape.lastAxis(), format, elements));
    }
    Tensor tensor = make(shape);
    elements.read(0, shape.size(), data(tensor));
    return tensor;
  }

  private static void requireCount(String where, Shape shape, int count) {
    if (shape.size() != count) {
      throw new IllegalArgumentException(
          "JavaBackend."
              + where
              + ": expected "
              + shape.size()
              + " values for shape "
              + shape
              + ", got "
              + count);
    }
  }

  @Override
  public Tensor dropoutFactors(Shape shape, Philox.State start, double probability) {
    Tensor tensor = make(shape);
    float[] data = data(tensor);
    engine.parallel(
        tensor.size(),
        8,
        (from, to) -> Philox.at(start.plus(from)).dropoutFactors(probability, data, from, to));
    return tensor;
  }

  @Override
  public Tensor zeros(Shape shape) {
    return filled(shape, 0);
  }

  @Override
  public Tensor broadcast(Tensor scalar, Shape shape) {
    return filled(shape, data(scalar)[0]);
  }

  private Tensor filled(Shape shape, float value) {
    Tensor tensor = make(shape);
    float[] data = data(tensor);
    engine.parallel(tensor.size(), 1, (from, to) -> Arrays.fill(data, from, to, value));
    return tensor;
  }

  // ---- in place

  /** A factor of 0 leaves its term out, whatever the term holds: 0 * ∞ does not become a NaN. */
  @Override
  public void combine(Tensor target, double targetScale, Tensor x, double scale) {
    float[] to = changing(target);
    float[] from = data(x);
    float keep = (float) targetScale;
    float factor = (float) scale;
    Loops loops = engine.loops();
    engine.parallel(
        target.size(),
        1,
        (start, end) -> {
          if (keep == 0 && factor == 0) {
            Arrays.fill(to, start, end, 0);
          } else if (keep == 0) {
            loops.scale(from, factor, to, start, end);
          } else if (factor == 0) {
            loops.scale(to, keep, to, start, end);
          } else {
            loops.combine(to, keep, from, factor, start, end);
          }
        });
  }

  @Override
  public void scatterAdd(Tensor target, int[] indices, Tensor values) {
    rows.scatterAdd(changing(target), indices, data(values), target.lastAxis());
  }

  @Override
  public void adamW(
      Tensor parameter, Tensor gradient, Tensor moment1, Tensor moment2, AdamWStep step) {
    AdamWFactors factors = AdamWFactors.of(step);
    float[] p = changing(parameter);
    float[] g = data(gradient);
    float[] m = changing(moment1);
    float[] v = changing(moment2);
    engine.parallel(
        parameter.size(), 4, (from, to) -> engine.loops().adamW(p, g, m, v, factors, from, to));
  }

  @Override
  public void assign(Tensor target, float[] values) {
    requireCount("assign", target.shape(), values.length);
    System.arraycopy(values, 0, changing(target), 0, values.length);
  }

  // ---- matrix products

  @Override
  public Tensor matMul(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
    int m = transposeA ? a.lastAxis() : a.rows();
    int depth = transposeA ? a.rows() : a.lastAxis();
    int n = transposeB ? b.rows() : b.lastAxis();
    Tensor c = make(new Shape(m, n));
    Matrix left = oriented(a, transposeA);
    RightSide panels = transposeB ? keptPanels(b, m) : null;
    if (panels != null) {
      engine.gemm().multiplyAll(m, left, panels, data(c), null, Activation.IDENTITY);
    } else {
      engine.gemm().multiplyAll(m, n, depth, left, oriented(b, transposeB), data(c));
    }
    return c;
  }

  @Override
  public Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias, Activation activation) {
    int in = weight.lastAxis();
    int out = weight.rows();
    Tensor y = make(new Shape(x.rows(), out));
    Matrix left = oriented(x, false);
    float[] offset = bias == null ? null : data(bias);
    Gemm gemm = engine.gemm();
    RightSide kept = keptPanels(weight, x.rows());
    if (kept != null) {
      gemm.multiplyAll(x.rows(), left, kept, data(y), offset, activation);
      return y;
    }
    float[] buffer = engine.buffers().acquire(gemm.packedSize(in, out));
    Panels panels = new Panels(buffer, in, out);
    gemm.packAll(oriented(weight, true), panels);
    gemm.multiplyAll(x.rows(), left, panels, data(y), offset, activation);
    engine.buffers().release(buffer);
    return y;
  }

  private static Matrix oriented(Tensor x, boolean transpose) {
    Matrix matrix = Matrix.dense(data(x), x.lastAxis());
    return transpose ? matrix.transposed() : matrix;
  }

  /** The packed form of a weight's transpose that stays with it, where one is there or pays. */
  private @Nullable RightSide keptPanels(Tensor weight, int rows) {
    NarrowWeight narrow = narrow(weight);
    if (narrow != null) {
      return narrow;
    }
    FloatStorage storage = storage(weight);
    if (storage.owner().parent != null) {
      return null;
    }
    int depth = weight.lastAxis();
    int columns = weight.rows();
    return rows < ROWS_THAT_HIDE_PACKING
        ? storage.panels(engine.gemm(), depth, columns)
        : storage.keptPanels(depth, columns);
  }

  // ---- elementwise

  @Override
  public Tensor add(Tensor a, Tensor b) {
    return elementwise(a, b, engine.loops()::add);
  }

  @Override
  public Tensor subtract(Tensor a, Tensor b) {
    return elementwise(a, b, engine.loops()::subtract);
  }

  @Override
  public Tensor multiply(Tensor a, Tensor b) {
    return elementwise(a, b, engine.loops()::multiply);
  }

  private interface Elementwise {
    void run(float[] a, float[] b, float[] out, int from, int to);
  }

  private Tensor elementwise(Tensor a, Tensor b, Elementwise loop) {
    Tensor out = make(a.shape());
    float[] left = data(a);
    float[] right = data(b);
    float[] to = data(out);
    engine.parallel(a.size(), 1, (from, end) -> loop.run(left, right, to, from, end));
    return out;
  }

  @Override
  public Tensor scale(Tensor x, double factor) {
    Tensor out = make(x.shape());
    float[] data = data(x);
    float[] to = data(out);
    engine.parallel(
        x.size(), 1, (from, end) -> engine.loops().scale(data, (float) factor, to, from, end));
    return out;
  }

  @Override
  public Tensor scaleRows(Tensor x, Tensor factors) {
    Tensor out = make(x.shape());
    rows.scaleRows(data(x), data(factors), x.rows(), x.lastAxis(), data(out));
    return out;
  }

  @Override
  public Tensor activate(Activation activation, Tensor x) {
    Tensor out = make(x.shape());
    float[] data = data(x);
    float[] to = data(out);
    engine.parallelWithScratch(
        x.size(),
        8,
        (from, end, scratch) -> engine.loops().activate(activation, data, to, scratch, from, end));
    return out;
  }

  @Override
  public Tensor activateBackward(Activation activation, Tensor gradOutput, Tensor x) {
    Tensor gradX = make(x.shape());
    float[] gradient = data(gradOutput);
    float[] data = data(x);
    float[] to = data(gradX);
    engine.parallelWithScratch(
        x.size(),
        12,
        (from, end, scratch) ->
            engine.loops().activateBackward(activation, gradient, data, to, scratch, from, end));
    return gradX;
  }

  @Override
  public Tensor swiGlu(Tensor gate, Tensor up) {
    Tensor out = make(gate.shape());
    float[] gates = data(gate);
    float[] ups = data(up);
    float[] to = data(out);
    engine.parallelWithScratch(
        gate.size(),
        8,
        (from, end, scratch) -> engine.loops().swiGlu(gates, ups, to, scratch, from, end));
    return out;
  }

  @Override
  public List<Tensor> swiGluBackward(Tensor gradOutput, Tensor gate, Tensor up) {
    Tensor gradGate = make(gate.shape());
    Tensor gradUp = make(up.shape());
    float[] gradient = data(gradOutput);
    float[] gates = data(gate);
    float[] ups = data(up);
    float[] toGate = data(gradGate);
    float[] toUp = data(gradUp);
    engine.parallelWithScratch(
        gate.size(),
        12,
        (from, end, scratch) ->
            engine.loops().swiGluBackward(gradient, gates, ups, toGate, toUp, scratch, from, end));
    return List.of(gradGate, gradUp);
  }

  // ---- reductions

  @Override
  public Tensor sum(Tensor x) {
    Tensor sum = make(new Shape());
    data(sum)[0] = (float) reductions.sum(data(x), x.size());
    return sum;
  }

  @Override
  public Tensor sumRows(Tensor x) {
    Tensor sums = make(new Shape(x.lastAxis()));
    reductions.sumRows(data(x), x.rows(), x.lastAxis(), data(sums));
    return sums;
  }

  @Override
  public double squaredNorm(Tensor x) {
    return reductions.squaredNorm(data(x), x.size());
  }

  @Override
  public Tensor logSumExp(Tensor x) {
    Tensor out = make(new Shape(x.rows()));
    reductions.logSumExp(data(x), x.rows(), x.lastAxis(), data(out));
    return out;
  }

  @Override
  public Tensor softmax(Tensor x) {
    Tensor out = make(x.shape());
    reductions.softmax(data(x), x.rows(), x.lastAxis(), data(out));
    return out;
  }

  @Override
  public CrossEntropy softmaxCrossEntropy(Tensor logits, Tensor targets) {
    Tensor losses = make(new Shape(logits.rows()));
    Tensor probabilities = make(logits.shape());
    reductions.softmaxCrossEntropy(
        data(logits),
        data(targets),
        logits.rows(),
        logits.lastAxis(),
        data(losses),
        data(probabilities));
    return new CrossEntropy(losses, probabilities);
  }

  @Override
  public Tensor softmaxCrossEntropyBackward(
      Tensor gradLosses, Tensor targets, CrossEntropy forward) {
    Tensor gradLogits = make(targets.shape());
    reductions.softmaxCrossEntropyBackward(
        data(gradLosses),
        data(targets),
        data(forward.probabilities()),
        targets.rows(),
        targets.lastAxis(),
        data(gradLogits));
    return gradLogits;
  }

  // ---- normalisation

  @Override
  public Normalized layerNorm(Tensor x, Tensor gain, Tensor bias, double epsilon) {
    Tensor out = make(x.shape());
    Tensor mean = make(new Shape(x.rows()));
    Tensor inverse = make(new Shape(x.rows()));
    norms.layerNorm(
        data(x),
        x.rows(),
        x.lastAxis(),
        data(gain),
        data(bias),
        epsilon,
        data(out),
        data(mean),
        data(inverse));
    return new Normalized(out, inverse, mean);
  }

  @Override
  public List<Tensor> layerNormBackward(
      Tensor gradOutput, Tensor x, Tensor gain, Normalized forward) {
    Tensor mean = forward.mean();
    if (mean == null) {
      throw new IllegalArgumentException(
          "JavaBackend.layerNormBackward: expected what layerNorm left, got no mean");
    }
    Tensor gradX = make(x.shape());
    Tensor gradGain = make(gain.shape());
    Tensor gradBias = make(gain.shape());
    norms.backward(
        data(gradOutput),
        data(x),
        x.rows(),
        x.lastAxis(),
        data(gain),
        data(mean),
        data(forward.inverseScale()),
        data(gradX),
        data(gradGain),
        data(gradBias));
    return List.of(gradX, gradGain, gradBias);
  }

  @Override
  public Tensor addLayerNorm(Tensor x, Tensor residual, Tensor gain, Tensor bias, double epsilon) {
    Tensor out = make(x.shape());
    norms.addLayerNorm(
        data(x),
        data(residual),
        x.rows(),
        x.lastAxis(),
        data(gain),
        data(bias),
        epsilon,
        data(out));
    return out;
  }

  @Override
  public Normalized rmsNorm(Tensor x, Tensor gain, double epsilon) {
    Tensor out = make(x.shape());
    Tensor inverse = make(new Shape(x.rows()));
    norms.rmsNorm(data(x), x.rows(), x.lastAxis(), data(gain), epsilon, data(out), data(inverse));
    return new Normalized(out, inverse, null);
  }

  @Override
  public List<Tensor> rmsNormBackward(
      Tensor gradOutput, Tensor x, Tensor gain, Normalized forward) {
    Tensor gradX = make(x.shape());
    Tensor gradGain = make(gain.shape());
    norms.backward(
        data(gradOutput),
        data(x),
        x.rows(),
        x.lastAxis(),
        data(gain),
        null,
        data(forward.inverseScale()),
        data(gradX),
        data(gradGain),
        null);
    return List.of(gradX, gradGain);
  }

  @Override
  public Normalized l2Normalize(Tensor x, double epsilon) {
    Tensor out = make(x.shape());
    Tensor inverse = make(new Shape(x.rows()));
    norms.l2Normalize(data(x), x.rows(), x.lastAxis(), epsilon, data(out), data(inverse));
    return new Normalized(out, inverse, null);
  }

  @Override
  public Tensor l2NormalizeBackward(Tensor gradOutput, Normalized forward) {
    Tensor gradX = make(gradOutput.shape());
    norms.l2NormalizeBackward(
        data(gradOutput),
        data(forward.output()),
        data(forward.inverseScale()),
        gradOutput.rows(),
        gradOutput.lastAxis(),
        data(gradX));
    return gradX;
  }

  // ---- sequences

  @Override
  public Tensor gatherSum(List<Tensor> tables, List<int[]> indices) {
    int columns = tables.get(0).lastAxis();
    int n = indices.get(0).length;
    Tensor out = make(new Shape(n, columns));
    List<float[]> arrays = new ArrayList<>();
    List<int[]> places = new ArrayList<>();
    List<Tensor> temporary = new ArrayList<>();
    for (int t = 0; t < tables.size(); t++) {
      NarrowWeight narrow = narrow(tables.get(t));
      if (narrow == null) {
        arrays.add(data(tables.get(t)));
        places.add(indices.get(t));
      } else {
        Tensor widened = make(out.shape());
        rows.widen(narrow, indices.get(t), data(widened));
        arrays.add(data(widened));
        places.add(IntStream.range(0, n).toArray());
        temporary.add(widened);
      }
    }
    rows.gatherSum(arrays, places, columns, data(out));
    temporary.forEach(this::recycle);
    return out;
  }

  @Override
  public Tensor concatRows(List<Tensor> parts) {
    int total = 0;
    for (Tensor part : parts) {
      total = Math.addExact(total, part.rows());
    }
    Tensor out = make(new Shape(total, parts.get(0).lastAxis()));
    int offset = 0;
    for (Tensor part : parts) {
      System.arraycopy(data(part), 0, data(out), offset, part.size());
      offset += part.size();
    }
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
    Tensor out = make(query.shape());
    Tensor logSumExp = make(new Shape(query.rows(), form.heads()));
    new Attention(engine)
        .forward(
            new AttentionPlan(form, queries, keys),
            data(query),
            data(key),
            data(value),
            data(out),
            data(logSumExp));
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
    Tensor gradQuery = make(query.shape());
    Tensor gradKey = zeros(key.shape());
    Tensor gradValue = zeros(value.shape());
    new AttentionBackward(engine)
        .backward(
            new AttentionPlan(form, queries, keys),
            new AttentionBackward.Inputs(
                data(gradOutput),
                data(query),
                data(key),
                data(value),
                data(forward.output()),
                data(forward.logSumExp())),
            new AttentionBackward.Gradients(data(gradQuery), data(gradKey), data(gradValue)));
    return new Attended.InputGradients(gradQuery, gradKey, gradValue);
  }

  @Override
  public Tensor rotary(Tensor x, int[] positions, int headSize, double theta, boolean inverse) {
    Tensor out = make(x.shape());
    rows.rotary(data(x), positions, x.lastAxis(), headSize, theta, inverse, data(out));
    return out;
  }

  @Override
  public Tensor pool(Pooling pooling, Tensor x, Sequences sequences) {
    Tensor out = make(new Shape(sequences.count(), x.lastAxis()));
    rows.pool(pooling, data(x), sequences, x.lastAxis(), data(out));
    return out;
  }

  @Override
  public Tensor poolBackward(Pooling pooling, Tensor gradOutput, Sequences sequences) {
    int columns = gradOutput.lastAxis();
    Tensor gradX = make(new Shape(sequences.tokens(), columns));
    rows.poolBackward(pooling, data(gradOutput), sequences, columns, data(gradX));
    return gradX;
  }
}
