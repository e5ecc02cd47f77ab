package dev.r3.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.r3.tensor.AdamWStep;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.io.SafetensorsFile;
import dev.r3.tensor.io.StoredTensor;
import dev.r3.tensor.io.TensorStore;
import dev.r3.tensor.op.Gather;
import dev.r3.tensor.op.MatMul;
import dev.r3.tensor.op.Mean;
import dev.r3.tensor.op.Reshape;
import dev.r3.tensor.op.Scale;
import dev.r3.tensor.op.SoftmaxCrossEntropy;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What the golden tests of all architectures compute and compare. */
public final class Goldens {
  /** The goldens' suggested tolerances, absolute. */
  public static final double OUTPUT = 2e-5;

  public static final double GRADIENT = 5e-5;
  private static final double ADAMW = 2e-7;

  private Goldens() {}

  public static SafetensorsFile open(String name) {
    return SafetensorsFile.open(TestModels.golden(name + ".safetensors"));
  }

  /** The unpadded texts of a golden batch. */
  public static List<Encoding> texts(SafetensorsFile file, String name) {
    StoredTensor stored = file.tensor(name + ".input_ids"); // [texts, padded]
    long[] ids = stored.toLongs();
    String typeName = name + ".token_type_ids";
    long[] types =
        file.names().contains(typeName) ? file.tensor(typeName).toLongs() : new long[ids.length];
    List<Encoding> texts = new ArrayList<>();
    for (int[] kept : places(file, name)) {
      texts.add(
          new Encoding(
              Arrays.stream(kept).map(i -> (int) ids[i]).toArray(),
              Arrays.stream(kept).map(i -> (int) types[i]).toArray(),
              0));
    }
    return texts;
  }

  /** Where the tokens of each text are in the padded batch, on whichever side it is padded. */
  private static List<int[]> places(SafetensorsFile file, String name) {
    StoredTensor stored = file.tensor(name + ".attention_mask"); // [texts, padded]
    long[] mask = stored.toLongs();
    int width = stored.shape().axis(1);
    List<int[]> places = new ArrayList<>();
    for (int row = 0; row < stored.shape().axis(0); row++) {
      int start = row * width;
      places.add(IntStream.range(start, start + width).filter(i -> mask[i] == 1).toArray());
    }
    return places;
  }

  /** Compares hidden states [tokens, hidden] with the padded golden ones. */
  public static void checkHidden(SafetensorsFile cases, String name, Tensor hidden) {
    double[] actual = hidden.toDoubles();
    double[] padded = cases.tensor(name + ".last_hidden_state").toDoubles();
    int width = hidden.lastAxis();
    int row = 0;
    for (int[] text : places(cases, name)) {
      for (int place : text) {
        assertThat(Arrays.copyOfRange(actual, row * width, (row + 1) * width))
            .as(name + ", token " + row)
            .usingComparatorWithPrecision(OUTPUT)
            .containsExactly(Arrays.copyOfRange(padded, place * width, (place + 1) * width));
        row++;
      }
    }
    assertThat(row).isEqualTo(hidden.rows());
  }

  /** Compares all elements in order. */
  public static void check(StoredTensor expected, double[] actual, double tolerance) {
    assertThat(actual)
        .as(expected.name())
        .usingComparatorWithPrecision(tolerance)
        .containsExactly(expected.toDoubles());
  }

  /** InfoNCE at temperature 0.05 of the batch's queries over its first {@code columns} texts. */
  public static void checkContrastive(
      BiEncoder model, SafetensorsFile batch, int columns, SafetensorsFile golden, String prefix) {
    try (Pass pass = Pass.training(model.backend(), 1, 1)) {
      Tensor queries = model.forward(pass, texts(batch, "q")); // [4, hidden]
      Tensor skills = model.forward(pass, texts(batch, "d")); // [8, hidden]
      skills = Gather.apply(pass, skills, IntStream.range(0, columns).toArray());
      Tensor logits = // [4, columns]
          Scale.apply(pass, MatMul.transposedRight(pass, queries, skills), 1 / 0.05);
      checkLoss(pass, logits, IntStream.range(0, 4).toArray(), golden);
      checkGradients(golden, model.parameters(), prefix);
    }
  }

  /** Softmax cross-entropy of two lists of four pairs, the positive at {@code positive}. */
  public static void checkListwise(
      CrossEncoder model,
      SafetensorsFile batch,
      int positive,
      SafetensorsFile golden,
      String prefix) {
    try (Pass pass = Pass.training(model.backend(), 1, 1)) {
      Tensor scores = model.forward(pass, texts(batch, "pairs"), new float[8]);
      Tensor lists = Reshape.apply(pass, scores, 2, 4);
      checkLoss(pass, lists, new int[] {positive, positive}, golden);
      checkGradients(golden, model.parameters(), prefix);
    }
  }

  /** The mean cross-entropy of logits [rows, columns] with one right column each, and backward. */
  private static void checkLoss(Pass pass, Tensor logits, int[] right, SafetensorsFile golden) {
    float[] targets = new float[logits.size()];
    for (int row = 0; row < right.length; row++) {
      targets[row * logits.lastAxis() + right[row]] = 1;
    }
    Tensor distribution =
        pass.backend().tensor(new Shape(right.length, logits.lastAxis()), targets);
    Tensor loss = Mean.apply(pass, SoftmaxCrossEntropy.apply(pass, logits, distribution));
    pass.backward(loss);
    double expected = Double.parseDouble(golden.metadata().get("loss"));
    assertThat(loss.scalar()).isCloseTo(expected, within(OUTPUT));
  }

  /**
   * @param prefix of some of the golden's names
   */
  private static void checkGradients(
      SafetensorsFile golden, List<Parameter> parameters, String prefix) {
    int checked = 0;
    for (Parameter parameter : parameters) {
      String stored =
          golden.names().contains(parameter.name()) ? parameter.name() : prefix + parameter.name();
      if (golden.names().contains(stored)) {
        assertThat(parameter.gradient()).as(stored).isNotNull();
        check(golden.tensor(stored), parameter.gradient().toDoubles(), GRADIENT);
        checked++;
      }
    }
    assertThat(checked).isEqualTo(golden.names().size());
  }

  /** One AdamW step with the stored gradients, as the golden's README says. */
  public static void checkAdamW(
      Backend backend, TensorStore before, SafetensorsFile gradients, SafetensorsFile expected) {
    AdamWStep step = new AdamWStep(1e-3, 0.9, 0.999, 1e-8, 0.01, 1, 1);
    for (String name : gradients.names()) {
      StoredTensor start = before.tensor(name);
      Tensor value = backend.tensor(start.shape(), start.toFloats());
      Tensor gradient = backend.tensor(start.shape(), gradients.tensor(name).toFloats());
      backend.adamW(
          value, gradient, backend.zeros(start.shape()), backend.zeros(start.shape()), step);
      check(expected.tensor(name), value.toDoubles(), ADAMW);
    }
  }
}
