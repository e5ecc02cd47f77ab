package dev.r3.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Golden;
import dev.r3.tensor.Gradients;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Precision;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.TestBackends;
import dev.r3.tensor.op.Concat;
import dev.r3.tensor.op.L2Normalize;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Losses and gradients against PyTorch's, computed in double and gradients stored as float; {@code
 * losses.json} states the formulas.
 */
class LossGoldenTest {
  private static final Golden GOLDEN = Golden.open("losses-optim/losses.safetensors");
  private static final double TEMPERATURE = 0.05;

  /** Neither distillation nor the hinge is a loss of this project. */
  private static final Set<String> NOT_OURS = Set.of("kl_distill", "margin_mse", "mse", "hinge");

  private static final Map<String, ListLoss> LISTS =
      new TreeMap<>(
          Map.of(
              "listwise", new GradedListwise(new GradeTarget.Binary()),
              "listwise_temp", new GradedListwise(new GradeTarget.Binary(), 2.5),
              "listwise_multipos", new GoldLikelihood(),
              "listnet", new GradedListwise(new GradeTarget.Softmax(1)),
              "listwise_uniform_pos", new GradedListwise(new GradeTarget.Proportional()),
              "bce", new PointwiseBce(),
              "bce_posweight", new PointwiseBce(3),
              "ranknet", new RankNet()));

  private static final Set<String> EMBEDDINGS =
      Set.of(
          "infonce",
          "infonce_symmetric",
          "infonce_hardneg",
          "infonce_own_hardneg",
          "infonce_masked");

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.TestBackends#all")
  void listLossesAgree(Backend backend) {
    LISTS.forEach((name, loss) -> checkList(backend, name, loss));
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.TestBackends#all")
  void embeddingLossesAgree(Backend backend) {
    for (String name : EMBEDDINGS) {
      boolean symmetric = name.equals("infonce_symmetric");
      checkEmbeddings(backend, name, new InfoNce(TEMPERATURE, symmetric));
    }
  }

  @Test
  void everyGoldenLossIsCheckedOrNamedAsNotOurs() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/goldens/losses-optim/losses.json")) {
      JsonNode formulas = new ObjectMapper().readTree(in);
      List<String> known = new ArrayList<>(NOT_OURS);
      known.addAll(LISTS.keySet());
      known.addAll(EMBEDDINGS);
      assertThat(formulas.fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(known);
    }
  }

  @Test
  void anotherTemperatureBreaksEveryGolden() {
    try (Backend doubles = TestBackends.doubles()) {
      assertThatThrownBy(
              () ->
                  checkList(
                      doubles, "listnet", new GradedListwise(new GradeTarget.Softmax(1.001), 1)))
          .isInstanceOf(AssertionError.class);
      assertThatThrownBy(() -> checkList(doubles, "bce_posweight", new PointwiseBce(3.001)))
          .isInstanceOf(AssertionError.class);
      for (String name : EMBEDDINGS) {
        boolean symmetric = name.equals("infonce_symmetric");
        assertThatThrownBy(
                () -> checkEmbeddings(doubles, name, new InfoNce(TEMPERATURE + 1e-5, symmetric)))
            .isInstanceOf(AssertionError.class);
      }
    }
  }

  private static void checkList(Backend backend, String name, ListLoss loss) {
    try (Pass pass = Pass.training(backend, 0, 0)) {
      Tensor scores = pass.watch(GOLDEN.tensor(backend, name + ".scores"));
      Tensor value = loss.apply(pass, scores, grades(name, scores, loss));
      check(backend, name + ".loss", value);
      check(backend, name + ".grad_scores", gradients(pass, value).of(scores));
    }
  }

  /** The goldens' labels are 0 and 1, or the index of the gold. */
  private static Grades grades(String name, Tensor scores, ListLoss loss) {
    int[][] grades = new int[scores.rows()][scores.lastAxis()];
    if (GOLDEN.names().contains(name + ".pos")) {
      long[] gold = GOLDEN.stored(name + ".pos").toLongs();
      for (int list = 0; list < grades.length; list++) {
        grades[list][(int) gold[list]] = Grades.GOLD;
      }
      return new Grades(grades);
    }
    boolean labelsAsTheyAre = loss instanceof GradedListwise;
    double[] labels = GOLDEN.doubles(name + ".labels");
    for (int i = 0; i < labels.length; i++) {
      int label = (int) labels[i];
      grades[i / grades[0].length][i % grades[0].length] =
          labelsAsTheyAre ? label : label * Grades.GOLD;
    }
    return new Grades(grades);
  }

  private static void checkEmbeddings(Backend backend, String name, InfoNce loss) {
    try (Pass pass = Pass.training(backend, 0, 0)) {
      Tensor queries = pass.watch(GOLDEN.tensor(backend, name + ".q"));
      Tensor golds = pass.watch(GOLDEN.tensor(backend, name + ".d"));
      List<Tensor> parts = new ArrayList<>(List.of(golds));
      boolean withNegatives = GOLDEN.names().contains(name + ".hn");
      if (withNegatives) {
        parts.add(pass.watch(GOLDEN.tensor(backend, name + ".hn")));
      }
      Tensor skills = Concat.apply(pass, parts);
      Tensor value =
          loss.apply(
              pass,
              L2Normalize.apply(pass, queries),
              L2Normalize.apply(pass, skills),
              targets(name, queries.rows(), skills.rows()));
      Gradients gradients = gradients(pass, value);
      check(backend, name + ".loss", value);
      check(backend, name + ".grad_q", gradients.of(queries));
      check(backend, name + ".grad_d", gradients.of(golds));
      if (withNegatives) {
        check(backend, name + ".grad_hn", gradients.of(parts.get(1)));
      }
    }
  }

  private static Targets targets(String name, int batch, int columns) {
    Targets targets = Targets.inBatch(batch, columns);
    if (name.equals("infonce_masked")) {
      long[] group = GOLDEN.stored(name + ".group").toLongs();
      for (int i = 0; i < batch; i++) {
        for (int j = 0; j < batch; j++) {
          targets.masked()[i][j] = i != j && group[i] == group[j];
        }
      }
    }
    if (name.equals("infonce_own_hardneg")) { // rows 2i and 2i + 1 of the negatives are query i's
      for (int i = 0; i < batch; i++) {
        for (int negative = 0; negative < columns - batch; negative++) {
          targets.masked()[i][batch + negative] = negative / 2 != i;
        }
      }
    }
    return targets;
  }

  private static Gradients gradients(Pass pass, Tensor loss) {
    return pass.gradients(loss, pass.backend().tensor(loss.shape(), new float[] {1}));
  }

  private static void check(Backend backend, String name, Tensor actual) {
    double stored = name.endsWith(".loss") ? 1e-12 : 1e-7; // double, or rounded to float
    double tolerance = backend.precision() == Precision.FLOAT64 ? stored : 5e-6;
    GOLDEN.check(name, actual.toDoubles(), tolerance);
  }
}
