package dev.r3.train.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Pass;
import dev.r3.tensor.TestBackends;
import dev.r3.train.data.ContrastiveBatch;
import dev.r3.train.data.ContrastiveSampler;
import dev.r3.train.data.DomainFocus;
import dev.r3.train.data.HardNegatives;
import dev.r3.train.data.Request;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.Split;
import dev.r3.train.loss.InfoNce;
import dev.r3.train.optimizer.AdamW;
import dev.r3.train.optimizer.ParameterGroup;
import dev.r3.train.schedule.Warmup;
import dev.r3.train.schedule.WarmupLinear;
import dev.r3.transformer.BiEncoder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EmbeddingTaskTest {
  @TempDir private Path folder;

  /** Every request's extra column is the skill after its own. */
  private static final HardNegatives NEXT =
      request -> {
        int own = TinyModel.SKILLS.indexOf(request.skillIds().get(0));
        String next = TinyModel.SKILLS.get((own + 1) % TinyModel.SKILLS.size());
        return request.skillIds().contains(next) ? List.of() : List.of(next);
      };

  private static Epochs<ContrastiveBatch> batches(SkillDataset dataset) {
    ContrastiveSampler sampler =
        new ContrastiveSampler(
            dataset.requests(Split.TRAIN),
            new ContrastiveSampler.Shape(4, 2),
            DomainFocus.none(),
            5);
    return Epochs.of(epoch -> sampler.epoch(epoch, NEXT));
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.TestBackends#all")
  void theLossIsInfoNceOfTheEmbeddings(Backend backend) throws Exception {
    SkillDataset dataset = TinyModel.dataset(folder.resolve("data"));
    BiEncoder model = BiEncoder.open(TinyModel.write(folder.resolve("model")), backend);
    EmbeddingTask task = new EmbeddingTask(model, dataset, new InfoNce(0.1), batches(dataset));
    boolean anyMasked = false;
    for (int number = 0; number < 12; number++) {
      ContrastiveBatch batch = batches(dataset).batch(number);
      float[][] queries = model.embedQueries(batch.queries().stream().map(Request::query).toList());
      float[][] skills =
          model.embedSkills(batch.skillIds().stream().map(id -> dataset.skill(id).text()).toList());
      double expected = 0;
      for (int row = 0; row < queries.length; row++) {
        double sum = 0;
        for (int column = 0; column < skills.length; column++) {
          anyMasked |= batch.masked()[row][column];
          sum +=
              batch.masked()[row][column] ? 0 : Math.exp(dot(queries[row], skills[column]) / 0.1);
        }
        double gold = dot(queries[row], skills[batch.goldColumn()[row]]) / 0.1;
        expected += (Math.log(sum) - gold) / queries.length;
      }
      try (Pass pass = Pass.training(backend, 0, number)) {
        TrainingTask.BatchLoss loss = task.loss(pass, number);
        assertThat(loss.loss().scalar()).isCloseTo(expected, within(1e-4));
        assertThat(loss.tokens())
            .isEqualTo(
                batch.queries().stream()
                        .mapToLong(q -> model.tokenizeQuery(q.query()).length())
                        .sum()
                    + batch.skillIds().stream()
                        .mapToLong(id -> model.tokenizeSkill(dataset.skill(id).text()).length())
                        .sum());
      }
    }
    assertThat(anyMasked).isTrue();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void trainingBringsQueriesToTheirSkills() throws Exception {
    try (Backend backend = TestBackends.java()) {
      SkillDataset dataset = TinyModel.dataset(folder.resolve("data"));
      BiEncoder model = BiEncoder.open(TinyModel.write(folder.resolve("model")), backend);
      assertThat(hits(model, dataset)).isLessThan(12);
      EmbeddingTask task = new EmbeddingTask(model, dataset, new InfoNce(0.1), batches(dataset));
      AdamW optimizer =
          new AdamW(backend, ParameterGroup.withDecayOnMatrices(model.parameters(), 0.01));
      new Trainer(
              task,
              new WarmupLinear(new Warmup(5e-3, 10), 150),
              TrainingSettings.ofSteps(150),
              TrainingHooks.none())
          .run(new TrainingState(backend, optimizer, 1));
      assertThat(hits(model, dataset)).isEqualTo(19);
    }
  }

  /** How many of the 19 requests have a gold first. */
  private static int hits(BiEncoder model, SkillDataset dataset) {
    List<Request> requests = dataset.requests(Split.TRAIN);
    float[][] queries = model.embedQueries(requests.stream().map(Request::query).toList());
    float[][] skills =
        model.embedSkills(TinyModel.SKILLS.stream().map(id -> dataset.skill(id).text()).toList());
    int hits = 0;
    for (int i = 0; i < queries.length; i++) {
      int first = 0;
      for (int j = 1; j < skills.length; j++) {
        first = dot(queries[i], skills[j]) > dot(queries[i], skills[first]) ? j : first;
      }
      hits += requests.get(i).skillIds().contains(TinyModel.SKILLS.get(first)) ? 1 : 0;
    }
    return hits;
  }
}
