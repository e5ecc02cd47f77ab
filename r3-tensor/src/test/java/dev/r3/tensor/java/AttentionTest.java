package dev.r3.tensor.java;

import static dev.r3.tensor.java.Near.assertNear;
import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.tensor.Attended;
import dev.r3.tensor.AttentionForm;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Sequences;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttentionTest {
  /** Inputs, and what double loops make of them. */
  private static final class Naive {
    final AttentionForm form;
    final Sequences queries;
    final Sequences keys;
    final float[] q;
    final float[] k;
    final float[] v;
    final float[] g;
    final double[] output;
    final double[] logSumExp;
    final double[] gradQ;
    final double[] gradK;
    final double[] gradV;

    Naive(AttentionForm form, Sequences queries, Sequences keys) {
      this.form = form;
      this.queries = queries;
      this.keys = keys;
      q = Variants.normals(1, queries.tokens() * form.queryWidth());
      k = Variants.normals(2, keys.tokens() * form.keyWidth());
      v = Variants.normals(3, keys.tokens() * form.keyWidth());
      g = Variants.normals(4, q.length);
      output = new double[q.length];
      logSumExp = new double[queries.tokens() * form.heads()];
      gradQ = new double[q.length];
      gradK = new double[k.length];
      gradV = new double[v.length];
      for (int s = 0; s < queries.count(); s++) {
        for (int row = 0; row < queries.length(s); row++) {
          for (int head = 0; head < form.heads(); head++) {
            attend(s, row, head);
          }
        }
      }
    }

    private void attend(int s, int row, int head) {
      int size = form.headSize();
      int from = (queries.start(s) + row) * form.queryWidth() + head * size;
      int kvHead = head / (form.heads() / form.kvHeads());
      int seen = form.causal() ? keys.length(s) - queries.length(s) + row + 1 : keys.length(s);
      double[] p = new double[seen];
      double sum = 0;
      for (int j = 0; j < seen; j++) {
        int to = (keys.start(s) + j) * form.keyWidth() + kvHead * size;
        double dot = 0;
        for (int i = 0; i < size; i++) {
          dot += (double) q[from + i] * k[to + i];
        }
        p[j] = Math.exp(dot * form.scale());
        sum += p[j];
      }
      logSumExp[(queries.start(s) + row) * form.heads() + head] = Math.log(sum);
      double along = 0;
      double[] gradP = new double[seen];
      for (int j = 0; j < seen; j++) {
        int to = (keys.start(s) + j) * form.keyWidth() + kvHead * size;
        p[j] /= sum;
        for (int i = 0; i < size; i++) {
          output[from + i] += p[j] * v[to + i];
          gradV[to + i] += p[j] * g[from + i];
          gradP[j] += (double) g[from + i] * v[to + i];
        }
        along += p[j] * gradP[j];
      }
      for (int j = 0; j < seen; j++) {
        int to = (keys.start(s) + j) * form.keyWidth() + kvHead * size;
        double gradScore = p[j] * (gradP[j] - along) * form.scale();
        for (int i = 0; i < size; i++) {
          gradQ[from + i] += gradScore * k[to + i];
          gradK[to + i] += gradScore * q[from + i];
        }
      }
    }
  }

  private static void check(Backend root, AttentionForm form, Sequences queries, Sequences keys) {
    Naive naive = new Naive(form, queries, keys);
    String what = form + " " + queries + " " + keys + " ";
    try (Backend scope = root.scope()) {
      Tensor q = scope.tensor(new Shape(queries.tokens(), form.queryWidth()), naive.q);
      Tensor k = scope.tensor(new Shape(keys.tokens(), form.keyWidth()), naive.k);
      Tensor v = scope.tensor(new Shape(keys.tokens(), form.keyWidth()), naive.v);
      Attended forward = scope.attention(q, k, v, form, queries, keys);
      assertNear(what + "output", forward.output().toFloats(), naive.output, 1e-5);
      assertNear(what + "logSumExp", forward.logSumExp().toFloats(), naive.logSumExp, 1e-5);
      Attended.InputGradients gradients =
          scope.attentionBackward(
              scope.tensor(q.shape(), naive.g), q, k, v, forward, form, queries, keys);
      assertNear(what + "gradQuery", gradients.query().toFloats(), naive.gradQ, 3e-5);
      assertNear(what + "gradKey", gradients.key().toFloats(), naive.gradK, 3e-5);
      assertNear(what + "gradValue", gradients.value().toFloats(), naive.gradV, 3e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void matchesDoubleLoops(String kernels, int threads) {
    Sequences lengths = Sequences.ofLengths(1, 2, 7, 49, 33, 129);
    try (Backend root = Variants.backend(kernels, threads)) {
      for (boolean causal : new boolean[] {false, true}) {
        check(root, new AttentionForm(3, 3, 32, causal), lengths, lengths);
        check(root, new AttentionForm(4, 2, 7, causal), lengths, lengths);
        check(root, new AttentionForm(2, 1, 128, causal), lengths, lengths);
        check(
            root,
            new AttentionForm(4, 2, 64, causal),
            Sequences.ofLengths(1, 3, 5),
            Sequences.ofLengths(4, 3, 60));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.java.Variants#all")
  void longSequencesGoInBlocksOfRows(String kernels, int threads) {
    Sequences lengths = Sequences.ofLengths(1100);
    try (Backend root = Variants.backend(kernels, threads)) {
      check(root, new AttentionForm(2, 1, 16, true), lengths, lengths);
      check(root, new AttentionForm(1, 1, 16, false), lengths, lengths);
    }
  }

  @Test
  void aSequenceDoesNotDependOnItsBatch() {
    AttentionForm form = new AttentionForm(2, 2, 32, false);
    Sequences batch = Sequences.ofLengths(5, 90, 3);
    Naive naive = new Naive(form, batch, batch);
    try (Backend root = Variants.backend("512", 2)) {
      float[] all = output(root, form, batch, naive.q, naive.k, naive.v);
      int from = 5 * 64;
      int to = 95 * 64;
      float[] alone =
          output(
              root,
              form,
              Sequences.ofLengths(90),
              Arrays.copyOfRange(naive.q, from, to),
              Arrays.copyOfRange(naive.k, from, to),
              Arrays.copyOfRange(naive.v, from, to));
      assertThat(alone).isEqualTo(Arrays.copyOfRange(all, from, to));
    }
  }

  private static float[] output(
      Backend root, AttentionForm form, Sequences sequences, float[] q, float[] k, float[] v) {
    Shape shape = new Shape(sequences.tokens(), form.queryWidth());
    try (Backend scope = root.scope()) {
      return scope
          .attention(
              scope.tensor(shape, q),
              scope.tensor(shape, k),
              scope.tensor(shape, v),
              form,
              sequences,
              sequences)
          .output()
          .toFloats();
    }
  }
}
