package dev.r3.tensor.contract;

import dev.r3.tensor.Attended;
import dev.r3.tensor.AttentionForm;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Sequences;
import dev.r3.tensor.Tensor;
import java.util.List;

/** Attention over packed sequences and its way back. */
final class AttentionChecks {
  /** Heads, key/value heads, head size. */
  private static final int[][] HEADS = {{1, 1, 1}, {2, 2, 3}, {4, 2, 8}, {6, 1, 17}, {3, 3, 33}};

  private record Batch(Sequences queries, Sequences keys) {
    static Batch of(int... lengths) {
      return new Batch(Sequences.ofLengths(lengths), Sequences.ofLengths(lengths));
    }
  }

  private static final List<Batch> BATCHES =
      List.of(
          Batch.of(1),
          Batch.of(7),
          Batch.of(3, 3, 3),
          Batch.of(2, 49, 1, 17, 2, 100),
          new Batch(Sequences.ofLengths(1, 2, 1), Sequences.ofLengths(33, 2, 33)),
          new Batch(Sequences.ofLengths(140, 5), Sequences.ofLengths(201, 65)));

  private static final List<Batch> SMALL =
      List.of(
          Batch.of(1),
          Batch.of(3, 1, 7, 3),
          new Batch(Sequences.ofLengths(1, 2), Sequences.ofLengths(7, 3)));

  private AttentionChecks() {}

  static List<Check> all() {
    return List.of(
        new Check("attention", AttentionChecks::attention),
        new Check("attentionBackward", AttentionChecks::attentionBackward));
  }

  private static void attention(Backend backend, Samples samples) {
    for (int[] heads : HEADS) {
      for (Batch batch : BATCHES) {
        for (boolean causal : new boolean[] {false, true}) {
          AttentionForm form = new AttentionForm(heads[0], heads[1], heads[2], causal);
          Inputs inputs = new Inputs(samples, form, batch);
          Attended out = inputs.forward(backend);
          ReferenceAttention.Result expected =
              new ReferenceAttention(form, batch.queries(), batch.keys())
                  .forward(inputs.query, inputs.key, inputs.value);
          int tokens = batch.queries().tokens();
          Samples.shape("attention", out.output(), tokens, form.queryWidth());
          Samples.shape("attention logSumExp", out.logSumExp(), tokens, form.heads());
          int terms = batch.keys().maxLength() + form.headSize();
          samples.compare(form + " of " + batch, expected.output(), out.output(), terms);
          samples.compareAtScale(
              "logSumExp of " + form + " of " + batch,
              expected.logSumExp(),
              out.logSumExp(),
              terms,
              10);
        }
      }
    }
  }

  private static void attentionBackward(Backend backend, Samples samples) {
    for (int[] heads : new int[][] {{1, 1, 1}, {2, 2, 3}, {4, 2, 2}, {3, 1, 5}}) {
      for (Batch batch : SMALL) {
        for (boolean causal : new boolean[] {false, true}) {
          AttentionForm form = new AttentionForm(heads[0], heads[1], heads[2], causal);
          Inputs inputs = new Inputs(samples, form, batch);
          double[] gradOutput = samples.normals(inputs.query.length);
          Attended.InputGradients gradients = inputs.backward(backend, samples, gradOutput);
          ReferenceAttention reference =
              new ReferenceAttention(form, batch.queries(), batch.keys());
          String of = " of " + form + " of " + batch;
          int terms = batch.keys().maxLength() + form.headSize();
          samples.compareGradient(
              "query gradient" + of,
              ReferenceKernels.gradient(
                  x -> reference.forward(x, inputs.key, inputs.value).output(),
                  inputs.query,
                  gradOutput),
              gradients.query(),
              terms,
              1);
          samples.compareGradient(
              "key gradient" + of,
              ReferenceKernels.gradient(
                  x -> reference.forward(inputs.query, x, inputs.value).output(),
                  inputs.key,
                  gradOutput),
              gradients.key(),
              terms,
              1);
          samples.compareGradient(
              "value gradient" + of,
              ReferenceKernels.gradient(
                  x -> reference.forward(inputs.query, inputs.key, x).output(),
                  inputs.value,
                  gradOutput),
              gradients.value(),
              terms,
              1);
        }
      }
    }
  }

  /** Random query, key and value, on the host and on the backend. */
  private static final class Inputs {
    private final AttentionForm form;
    private final Batch batch;
    private final double[] query;
    private final double[] key;
    private final double[] value;
    private final Tensor[] tensors;

    Inputs(Samples samples, AttentionForm form, Batch batch) {
      this.form = form;
      this.batch = batch;
      int queryTokens = batch.queries().tokens();
      int keyTokens = batch.keys().tokens();
      query = samples.normals(queryTokens * form.queryWidth());
      key = samples.normals(keyTokens * form.keyWidth());
      value = samples.normals(keyTokens * form.keyWidth());
      tensors =
          new Tensor[] {
            samples.tensor(query, queryTokens, form.queryWidth()),
            samples.tensor(key, keyTokens, form.keyWidth()),
            samples.tensor(value, keyTokens, form.keyWidth())
          };
    }

    Attended forward(Backend backend) {
      return backend.attention(
          tensors[0], tensors[1], tensors[2], form, batch.queries(), batch.keys());
    }

    Attended.InputGradients backward(Backend backend, Samples samples, double[] gradOutput) {
      return backend.attentionBackward(
          samples.tensor(gradOutput, batch.queries().tokens(), form.queryWidth()),
          tensors[0],
          tensors[1],
          tensors[2],
          forward(backend),
          form,
          batch.queries(),
          batch.keys());
    }
  }
}
