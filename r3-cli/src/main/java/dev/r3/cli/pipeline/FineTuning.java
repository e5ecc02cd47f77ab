package dev.r3.cli.pipeline;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.train.optimizer.AdamW;
import dev.r3.train.optimizer.GradientClipping;
import dev.r3.train.optimizer.ParameterGroup;
import dev.r3.train.schedule.Warmup;
import dev.r3.train.schedule.WarmupLinear;
import dev.r3.train.trainer.Trainer;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.train.trainer.TrainingHooks;
import dev.r3.train.trainer.TrainingSettings;
import dev.r3.train.trainer.TrainingState;
import dev.r3.train.trainer.TrainingTask;
import dev.r3.train.trainer.Validation;
import java.util.List;

/**
 * What both trainings share: AdamW under a warm-up and linear decay, gradients clipped at norm 1,
 * and the parameters that validate best, or the last ones where nothing is validated.
 *
 * @param stepsPerEpoch batches of an epoch
 * @param seed of dropout
 */
record FineTuning(Preset.Schedule schedule, int stepsPerEpoch, long seed) {
  static final double WEIGHT_DECAY = 0.01;
  private static final double WARMUP_SHARE = 0.1;
  private static final double GRADIENT_NORM = 1;

  /** Trains the parameters of {@code groups} in place; they keep no gradients. */
  TrainingEvent.Finished run(
      TrainingTask task,
      Backend backend,
      List<ParameterGroup> groups,
      TrainingHooks hooks,
      Validation validation,
      TrainingSession session) {
    long steps = (long) stepsPerEpoch * schedule.epochs();
    long warmup = Math.min(Math.max(1, Math.round(WARMUP_SHARE * steps)), steps - 1);
    TrainingSettings settings =
        TrainingSettings.ofSteps(steps).withClipping(new GradientClipping(GRADIENT_NORM));
    if (schedule.validations() > 0) {
      long interval = Math.max(1, stepsPerEpoch / schedule.validations());
      settings = settings.withValidation(interval, schedule.patience());
      hooks = hooks.withValidation(validation);
    }
    AdamW optimizer = new AdamW(backend, groups);
    Trainer trainer =
        new Trainer(
            task,
            new WarmupLinear(new Warmup(schedule.learningRate(), warmup), steps),
            settings,
            hooks);
    TrainingEvent.Finished end =
        trainer.run(session.begin(new TrainingState(backend, optimizer, seed)));
    optimizer.parameters().forEach(Parameter::dropGradient);
    return end;
  }
}
