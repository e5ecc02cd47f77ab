package dev.r3.cli.pipeline;

import dev.r3.train.data.HardNegativeMining;
import dev.r3.train.data.HardNegatives;
import dev.r3.train.data.Request;
import dev.r3.train.data.SkillText;
import dev.r3.train.data.SkipPartners;
import dev.r3.train.data.Split;
    return new FineTuning(preset.schedule(), stepsPerEpoch, seed)
        .run(
            task,
            model.backend(),
            ParameterGroup.withDecayOnMatrices(model.parameters(), FineTuning.WEIGHT_DECAY),
            session.hooks(model::save).withValidation(devNdcg(model)),
            session);
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

  private DevNdcg devNdcg(BiEncoder model) {
    List<Request> dev = dataset.requests(Split.DEV);
    List<SkillText> pool = dataset.skillsNotOf(Split.TEST);
    return new DevNdcg(dev, () -> new FirstStage(model, pool, dev)::ranking);
  }
}
