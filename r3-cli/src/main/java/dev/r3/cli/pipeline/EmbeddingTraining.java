package dev.r3.cli.pipeline;

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
import dev.r3.train.optimizer.ParameterGroup;
import dev.r3.train.trainer.EmbeddingTask;
import dev.r3.train.trainer.Epochs;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.train.trainer.WeightInterpolation;
import dev.r3.transformer.BiEncoder;
import java.nio.file.Path;
import java.util.List;

/**
 * Trains R3-Embedding: in-batch InfoNCE on the train split, batches that encode each skill once for
 * several requests (an original and its translation among them), hard negatives mined by the model
 * itself, the parameters that rank the dev split best, all of them mixed with what they were before
 * the training.
 */
public final class EmbeddingTraining {
  private static final int MINED_FROM = 3; // ranks of the training pool, which holds 384 skills
  private static final int MINED_TO = 30;

  private final SkillDataset dataset;
  private final List<Request> requests;
  private final Preset.Embedding preset;
  private final long seed;

  /** On the whole train split. */
  public EmbeddingTraining(SkillDataset dataset, Preset.Embedding preset, long seed) {
    this(dataset, dataset.requests(Split.TRAIN), preset, seed);
  }

  /**
   * @param requests those of the train split to train on
   */
  EmbeddingTraining(
      SkillDataset dataset, List<Request> requests, Preset.Embedding preset, long seed) {
    this.dataset = dataset;
    this.requests = requests;
    this.preset = preset;
    this.seed = seed;
  }

  /**
   * Trains {@code model} in place and saves it, mixed with what it was before.
   *
   * @param session gets the best model so far whenever it improves
   * @return how the training ended
   */
  public TrainingEvent.Finished train(BiEncoder model, TrainingSession session) {
    ContrastiveSampler sampler =
        new ContrastiveSampler(
            requests,
            new ContrastiveSampler.Shape(preset.skillsPerBatch(), preset.requestsPerSkill()),
            DomainFocus.none(),
            seed);
    EmbeddingTask task =
        new EmbeddingTask(
            reading(model, preset.skillTokens()),
            dataset,
            new InfoNce(preset.temperature()),
            Epochs.of(epoch -> sampler.epoch(epoch, hardNegatives(model, epoch, session))));
    int stepsPerEpoch = sampler.epoch(0, HardNegatives.none()).size();
    WeightInterpolation mixed =
        new WeightInterpolation(model.backend(), model.parameters(), preset.startShare());
    TrainingEvent.Finished end =
        new FineTuning(preset.schedule(), stepsPerEpoch, seed)
            .run(
                task,
                model.backend(),
                ParameterGroup.withDecayOnMatrices(model.parameters(), FineTuning.WEIGHT_DECAY),
                session.hooks(folder -> save(model, mixed, folder)),
                devNdcg(model, mixed),
                session);
    mixed.apply();
    return end;
  }

  /** The same parameters, for skills of at most so many tokens. */
  private static BiEncoder reading(BiEncoder model, int skillTokens) {
    BiEncoder.Settings used = model.settings();
    return model.with(
        used.withLimits(used.queryMaxTokens(), Math.min(skillTokens, used.skillMaxTokens())));
  }

  /**
   * Mined by the model as it is when the epoch begins; accepted partners stay out. The first epoch
   * has none: a model that has seen no request yet mines what the next batches teach anyway.
   */
  private HardNegatives hardNegatives(BiEncoder model, int epoch, TrainingSession session) {
    if (preset.hardNegatives() == 0 || epoch == 0) {
      return HardNegatives.none();
    }
    return session.kept(epoch, requests, () -> mine(model, epoch));
  }

  private HardNegatives mine(BiEncoder model, int epoch) {
    FirstStage mined = new FirstStage(model, dataset.pool(Split.TRAIN), requests);
    return new HardNegativeMining(
            MINED_FROM,
            MINED_TO,
            preset.hardNegatives(),
            SkipPartners.of(dataset.rejections(Split.TRAIN)),
            seed)
        .mine(requests, mined, epoch);
  }

  private DevNdcg devNdcg(BiEncoder model, WeightInterpolation mixed) {
    List<Request> dev = dataset.requests(Split.DEV);
    List<SkillText> pool = dataset.skillsNotOf(Split.TEST);
    return new DevNdcg(
        dev,
        () -> {
          try (WeightInterpolation.Applied interpolated = mixed.applied()) {
            return new FirstStage(model, pool, dev)::ranking;
          }
        });
  }

  private static void save(BiEncoder model, WeightInterpolation mixed, Path folder) {
    try (WeightInterpolation.Applied interpolated = mixed.applied()) {
      model.save(folder);
    }
  }
}
