package dev.r3.train.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.TestBackends;
import dev.r3.train.data.Request;
import dev.r3.train.data.RerankList;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.Split;
import dev.r3.train.loss.GradeTarget;
import dev.r3.train.loss.GradedListwise;
import dev.r3.train.loss.Grades;
import dev.r3.train.loss.NestedPlackettLuce;
import dev.r3.train.optimizer.AdamW;
import dev.r3.train.optimizer.ParameterGroup;
import dev.r3.train.schedule.Warmup;
import dev.r3.train.schedule.WarmupLinear;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.PretrainedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RerankTaskTest {
  /** A first stage that is a little wrong: it likes skills with long names. */
  private static final RerankTask.Similarities SIMILARITIES =
      (request, skill) -> 0.02f * skill.length() + 0.01f * request.query().length();

  @TempDir private Path folder;

  private CrossEncoder model(Backend backend) throws Exception {
    try (PretrainedModel files = PretrainedModel.open(TinyModel.write(folder.resolve("model")))) {
      return CrossEncoder.fresh(
          files, new CrossEncoder.Fresh(24, CrossEncoder.FRESH_RESIDUAL, "tiny", 3), backend);
    }
  }

  /** For each single-gold request: gold, the next skill as SKIP, and the rest but {@code left}. */
  private static List<RerankList> lists(SkillDataset dataset, int left) {
    List<RerankList> lists = new ArrayList<>();
    for (Request request : dataset.requests(Split.TRAIN)) {
      if (request.skillIds().size() == 1) {
        int gold = TinyModel.SKILLS.indexOf(request.skillIds().get(0));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < TinyModel.SKILLS.size() - left; i++) {
          ids.add(TinyModel.SKILLS.get((gold + i) % TinyModel.SKILLS.size()));
        }
        int[] grades = new int[ids.size()];
        grades[0] = RerankList.GOLD;
        grades[1] = RerankList.SKIP;
        lists.add(new RerankList(request, ids, grades));
      }
    }
    return lists;
  }

  @Test
  void samplerAndLossNameGradesAlike() {
    assertThat(new int[] {RerankList.GOLD, RerankList.SKIP, RerankList.REST})
        .containsExactly(Grades.GOLD, Grades.SKIP, Grades.REST);
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.TestBackends#all")
  void listsOfDifferentLengthsGiveTheMeanOfTheirLosses(Backend backend) throws Exception {
    SkillDataset dataset = TinyModel.dataset(folder.resolve("data"));
    CrossEncoder model = model(backend);
    List<RerankList> ragged =
        List.of(lists(dataset, 3).get(0), lists(dataset, 0).get(4), lists(dataset, 2).get(9));
    List<double[]> mean = new ArrayList<>();
    double expected = 0;
    long tokens = 0;
    for (RerankList list : ragged) {
      RerankTask alone =
          new RerankTask(
              model,
              dataset,
              SIMILARITIES,
              new GradedListwise(),
              Epochs.of(e -> List.of(List.of(list))));
      try (Pass pass = Pass.training(backend, 0, 0)) {
        TrainingTask.BatchLoss loss = alone.loss(pass, 0);
        expected += loss.loss().scalar() / 3;
        tokens += loss.tokens();
        pass.backward(loss.loss());
      }
    }
    for (Parameter parameter : model.parameters()) {
      mean.add(gradient(parameter));
      parameter.clearGradient();
    }
    RerankTask together =
        new RerankTask(
            model, dataset, SIMILARITIES, new GradedListwise(), Epochs.of(e -> List.of(ragged)));
    try (Pass pass = Pass.training(backend, 0, 0)) {
      TrainingTask.BatchLoss loss = together.loss(pass, 0);
      assertThat(loss.loss().scalar()).isCloseTo(expected, within(1e-5));
      assertThat(loss.tokens()).isEqualTo(tokens);
      pass.backward(loss.loss());
    }
    for (int p = 0; p < mean.size(); p++) {
      double[] actual = gradient(model.parameters().get(p));
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i]).isCloseTo(mean.get(p)[i] / 3, within(1e-5));
      }
    }
  }

  private static double[] gradient(Parameter parameter) {
    return parameter.gradient() == null ? new double[0] : parameter.gradient().toDoubles();
  }

  @Test
  void aFreshModelRanksAsTheFirstStage() throws Exception {
    try (Backend backend = TestBackends.java()) {
      SkillDataset dataset = TinyModel.dataset(folder.resolve("data"));
      RerankList list = lists(dataset, 0).get(0);
      float[] similarities = new float[6];
      for (int i = 0; i < 6; i++) {
        similarities[i] = SIMILARITIES.of(list.request(), list.skillIds().get(i));
      }
      float[] scores =
          model(backend).score(list.request().query(), texts(dataset, list), similarities);
      for (int i = 0; i < 6; i++) {
        assertThat(scores[i])
            .isCloseTo(CrossEncoder.FRESH_RESIDUAL * similarities[i], within(1e-4f));
      }
    }
  }

  private static List<String> texts(SkillDataset dataset, RerankList list) {
    return list.skillIds().stream().map(id -> dataset.skill(id).text()).toList();
  }

  @Test
  void trainingPutsGoldsAboveSkipAndSkipAboveRest() throws Exception {
    try (Backend backend = TestBackends.java()) {
      SkillDataset dataset = TinyModel.dataset(folder.resolve("data"));
      CrossEncoder model = model(backend);
      List<RerankList> all = lists(dataset, 0);
      List<RerankList> lists = List.of(all.get(0), all.get(4), all.get(8));
      RerankTask task =
          new RerankTask(
              model,
              dataset,
              SIMILARITIES,
              new GradedListwise(new GradeTarget.Softmax(0.5)),
              Epochs.grouped(3, epoch -> lists));
      train(backend, model, task);
      double goldToSkip = 0;
      double skipToRest = 0;
      for (RerankList list : lists) {
        float[] s = scores(model, dataset, list);
        double rest = (s[2] + s[3] + s[4] + s[5]) / 4;
        goldToSkip += (s[0] - s[1]) / lists.size();
        skipToRest += (s[1] - rest) / lists.size();
      }
      assertThat(goldToSkip).isCloseTo(2, within(0.1)); // 1 / T at the optimum, both
      assertThat(skipToRest).isCloseTo(2, within(0.1));
    }
  }

  @Test
  void withoutLambdaSkipIsPushedDownWithTheRest() throws Exception {
    try (Backend backend = TestBackends.java()) {
      SkillDataset dataset = TinyModel.dataset(folder.resolve("data"));
      CrossEncoder model = model(backend);
      List<RerankList> all = lists(dataset, 0);
      List<RerankList> lists = List.of(all.get(0), all.get(4), all.get(8));
      RerankTask task =
          new RerankTask(
              model,
              dataset,
              SIMILARITIES,
              new NestedPlackettLuce(0),
              Epochs.grouped(3, epoch -> lists));
      train(backend, model, task);
      double gap = 0;
      for (RerankList list : lists) {
        float[] s = scores(model, dataset, list);
        gap += (s[0] - s[1]) / lists.size();
      }
      assertThat(gap).isGreaterThan(4); // the graded target would stop at 2
    }
  }

  private static void train(Backend backend, CrossEncoder model, RerankTask task) {
    AdamW optimizer = new AdamW(backend, ParameterGroup.withDecayOnMatrices(model.parameters(), 0));
    TrainingEvent.Finished finished =
        new Trainer(
                task,
                new WarmupLinear(new Warmup(5e-3, 10), 400),
                TrainingSettings.ofSteps(400),
                TrainingHooks.none())
            .run(new TrainingState(backend, optimizer, 1));
    assertThat(finished.step()).isEqualTo(400);
  }

  private static float[] scores(CrossEncoder model, SkillDataset dataset, RerankList list) {
    float[] similarities = new float[list.skillIds().size()];
    for (int i = 0; i < similarities.length; i++) {
      similarities[i] = SIMILARITIES.of(list.request(), list.skillIds().get(i));
    }
    return model.score(list.request().query(), texts(dataset, list), similarities);
  }
}
