package dev.r3.cli.pipeline;

import dev.r3.retrieve.metric.NdcgAtK;
import dev.r3.tensor.Parameter;
import dev.r3.train.data.ContrastiveSampler;
import dev.r3.train.data.DomainFocus;
import dev.r3.train.data.HardNegativeMining;
import dev.r3.train.data.HardNegatives;
import dev.r3.train.data.Request;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.SkillText;
import dev.r3.train.data.SkipPartners;
import dev.r3.train.data.Split;
import dev.r3.train.loss.InfoNce;
import dev.r3.train.optimizer.AdamW;
import dev.r3.train.optimizer.GradientClipping;
import dev.r3.train.optimizer.ParameterGroup;
import dev.r3.train.schedule.Warmup;
import dev.r3.train.schedule.WarmupLinear;
import dev.r3.train.trainer.EmbeddingTask;
import dev.r3.train.trainer.Epochs;
import dev.r3.train.trainer.Trainer;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.train.trainer.TrainingHooks;
import dev.r3.train.trainer.TrainingSettings;
import dev.r3.train.trainer.TrainingState;
import dev.r3.train.trainer.Validation;
import dev.r3.transformer.BiEncoder;
import java.util.List;
import java.util.Set;

/**
 * Trains R3-Embedding: in-batch InfoNCE on the train split, batches that encode each skill once for
 * several requests (an original and its translation among them), hard negatives mined by the model
 * itself, the parameters that rank the dev split best.
 */
public final class EmbeddingTraining {
  private static final double WEIGHT_DECAY = 0.01;
  private static final double WARMUP_SHARE = 0.1;
  private static final int MINED_FROM = 3; // ranks of the training pool, which holds 384 skills
  private static final int MINED_TO = 30;

  private final SkillDataset dataset;
  private final Preset.Embedding preset;
  private final long seed;

  public EmbeddingTraining(SkillDataset dataset, Preset.Embedding preset, long seed) {
    this.dataset = dataset;
    this.preset = preset;
    this.seed = seed;
  }

  /**
   * Trains {@code model} in place and saves it.
   *
   * @param session gets the best model so far whenever it improves
   * @return how the training ended
   */
  public TrainingEvent.Finished train(BiEncoder model, TrainingSession session) {
    ContrastiveSampler sampler =
        new ContrastiveSampler(
            dataset.requests(Split.TRAIN),
            new ContrastiveSampler.Shape(preset.skillsPerBatch(), preset.requestsPerSkill()),
            DomainFocus.none(),
            seed);
    EmbeddingTask task =
        new EmbeddingTask(
            model,
            dataset,
            new InfoNce(preset.temperature()),
            Epochs.of(epoch -> sampler.epoch(epoch, hardNegatives(model, epoch, session))));
    int stepsPerEpoch = sampler.epoch(0, HardNegatives.none()).size();
    long steps = (long) stepsPerEpoch * preset.epochs();
    long warmup = Math.max(1, Math.round(WARMUP_SHARE * steps));
    TrainingHooks hooks = session.hooks(model::save).withValidation(devNdcg(model));
    TrainingSettings settings =
        TrainingSettings.ofSteps(steps)
            .withClipping(new GradientClipping(1))
            .withValidation(Math.max(1, stepsPerEpoch / preset.validations()), preset.patience());
    AdamW optimizer =
        new AdamW(
            model.backend(), ParameterGroup.withDecayOnMatrices(model.parameters(), WEIGHT_DECAY));
    Trainer trainer =
        new Trainer(
            task,
            new WarmupLinear(new Warmup(preset.learningRate(), warmup), steps),
            settings,
            hooks);
    TrainingEvent.Finished end =
        trainer.run(session.begin(new TrainingState(model.backend(), optimizer, seed)));
    model.parameters().forEach(Parameter::dropGradient);
    return end;
  }

  /** Mined by the model as it is when the epoch begins; its accepted partners stay out. */
  private HardNegatives hardNegatives(BiEncoder model, int epoch, TrainingSession session) {
    if (preset.hardNegatives() == 0) {
      return HardNegatives.none();
    }
    List<Request> requests = dataset.requests(Split.TRAIN);
    return session.kept(epoch, requests, () -> mine(model, requests, epoch));
  }

  private HardNegatives mine(BiEncoder model, List<Request> requests, int epoch) {
    FirstStage mined = new FirstStage(model, dataset.pool(Split.TRAIN), requests);
    return new HardNegativeMining(
            MINED_FROM,
            MINED_TO,
            preset.hardNegatives(),
            SkipPartners.of(dataset.rejections(Split.TRAIN)),
            seed)
        .mine(requests, mined, epoch);
  }

  /** Mean ndcg@10 of the dev requests over the skills that are not held out for the test. */
  private Validation devNdcg(BiEncoder model) {
    List<Request> requests = dataset.requests(Split.DEV);
    List<SkillText> pool =
        dataset.skills().values().stream().filter(skill -> skill.split() != Split.TEST).toList();
    NdcgAtK metric = new NdcgAtK(10);
    return new Validation() {
      @Override
      public String metric() {
        return "dev " + metric.name();
      }

      @Override
      public double measure() {
        FirstStage stage = new FirstStage(model, pool, requests);
        return requests.stream()
            .mapToDouble(
                request ->
                    metric
                        .of(
                            new dev.r3.retrieve.metric.Ranking(stage.rank(request)),
                            Set.copyOf(request.skillIds()))
                        .orElseThrow())
            .average()
            .orElseThrow();
      }
    };
  }
}
