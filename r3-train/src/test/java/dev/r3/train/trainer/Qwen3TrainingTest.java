package dev.r3.train.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.TestBackends;
import dev.r3.tensor.io.DataType;
import dev.r3.train.data.ContrastiveSampler;
import dev.r3.train.data.DomainFocus;
import dev.r3.train.data.HardNegatives;
import dev.r3.train.data.Request;
import dev.r3.train.data.RerankList;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.Split;
import dev.r3.train.loss.GradedListwise;
import dev.r3.train.loss.InfoNce;
import dev.r3.train.optimizer.AdamW;
import dev.r3.train.optimizer.ParameterGroup;
import dev.r3.train.schedule.Warmup;
import dev.r3.train.schedule.WarmupLinear;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.qwen3.RandomQwen3;
import dev.r3.transformer.qwen3.RandomQwen3.Layout;
import dev.r3.transformer.tokenizer.QwenTokenizerJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both stages train with Qwen3 as with BERT: the tasks know no architecture. */
class Qwen3TrainingTest {
  private static final int TOKENS = QwenTokenizerJson.FEW;

  @TempDir private Path folder;
  private final Backend backend = TestBackends.java();

  private SkillDataset dataset() throws IOException {
    return TinyModel.dataset(folder.resolve("data"));
  }

  @Test
  void anEmbeddingModelLearnsItsPairs() throws IOException {
    SkillDataset dataset = dataset();
    Layout layout = new Layout("", false, false, DataType.F32, 1);
    BiEncoder model =
        BiEncoder.open(
            new RandomQwen3(RandomQwen3.small(TOKENS + 26), layout)
                .write(folder.resolve("model"), QwenTokenizerJson.embedding(TOKENS)),
            backend);
    ContrastiveSampler sampler =
        new ContrastiveSampler(
            dataset.requests(Split.TRAIN),
            new ContrastiveSampler.Shape(6, 1),
            DomainFocus.none(),
            1);
    EmbeddingTask task =
        new EmbeddingTask(
            model,
            dataset,
            new InfoNce(0.1),
            Epochs.of(epoch -> sampler.epoch(epoch, HardNegatives.none())));
    int before = hits(model, dataset);
    train(task, model.parameters(), 60);
    assertThat(hits(model, dataset)).isGreaterThan(before).isGreaterThanOrEqualTo(17);
  }

  /** How many of the 19 requests have a gold first. */
  private static int hits(BiEncoder model, SkillDataset dataset) {
    List<Request> requests = dataset.requests(Split.TRAIN);
    float[][] queries = model.embedQueries(requests.stream().map(Request::query).toList());
    float[][] skills =
        model.embedSkills(TinyModel.SKILLS.stream().map(id -> dataset.skill(id).text()).toList());
    int hits = 0;
    for (int i = 0; i < queries.length; i++) {
      float[] similarities = new float[skills.length];
      for (int j = 0; j < skills.length; j++) {
        for (int k = 0; k < queries[i].length; k++) {
          similarities[j] += queries[i][k] * skills[j][k];
        }
      }
      hits += requests.get(i).skillIds().contains(TinyModel.SKILLS.get(best(similarities))) ? 1 : 0;
    }
    return hits;
  }

  @Test
  void aRerankerThatAnswersInWordsLearnsItsLists() throws IOException {
    SkillDataset dataset = dataset();
    Layout layout = new Layout("model.", false, false, DataType.F32, 1);
    CrossEncoder model =
        CrossEncoder.open(
            new RandomQwen3(RandomQwen3.small(TOKENS + 26), layout)
                .write(folder.resolve("model"), QwenTokenizerJson.plain(TOKENS)),
            backend);
    List<RerankList> lists = new ArrayList<>();
    for (Request request : dataset.requests(Split.TRAIN).subList(0, 12)) {
      if (lists.size() < 4 && lists.size() * 3 <= dataset.requests(Split.TRAIN).indexOf(request)) {
        List<String> ids = new ArrayList<>(request.skillIds());
        TinyModel.SKILLS.stream().filter(id -> !ids.contains(id)).forEach(ids::add);
        lists.add(new RerankList(request, ids, new int[] {RerankList.GOLD, 0, 0, 0, 0, 0}));
      }
    }
    RerankTask task =
        new RerankTask(
            model,
            dataset,
            (request, skill) -> 0,
            new GradedListwise(),
            Epochs.grouped(4, epoch -> lists));
    int before = goldsFirst(model, dataset, lists);
    train(task, model.parameters(), 60);
    assertThat(before).isLessThan(4);
    assertThat(goldsFirst(model, dataset, lists)).isEqualTo(4);
  }

  private static int goldsFirst(CrossEncoder model, SkillDataset dataset, List<RerankList> lists) {
    int first = 0;
    for (RerankList list : lists) {
      List<String> texts = list.skillIds().stream().map(id -> dataset.skill(id).text()).toList();
      float[] scores = model.score(list.request().query(), texts, new float[texts.size()]);
      first += best(scores) == 0 ? 1 : 0;
    }
    return first;
  }

  private static int best(float[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }

  private void train(TrainingTask task, List<Parameter> parameters, int steps) {
    AdamW optimizer = new AdamW(backend, ParameterGroup.withDecayOnMatrices(parameters, 0));
    TrainingEvent.Finished finished =
        new Trainer(
                task,
                new WarmupLinear(new Warmup(5e-3, 5), steps),
                TrainingSettings.ofSteps(steps),
                TrainingHooks.none())
            .run(new TrainingState(backend, optimizer, 1));
    assertThat(finished.step()).isEqualTo(steps);
  }
}
