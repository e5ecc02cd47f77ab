package dev.r3.cli.pipeline;

import dev.r3.tensor.Backend;
import dev.r3.tensor.io.DataException;
import dev.r3.train.data.Request;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.SkillFolds;
import dev.r3.train.data.SkillText;
import dev.r3.train.data.Split;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.transformer.BiEncoder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what the reranker learns from: the candidates and similarities of train requests, by
 * embedders of which none trained on the request that it judges.
 *
 * <p>The embedders of the folds are trained like the embedder itself and stay in the run's folder
 * for the next reranker.
 */
final class CrossFitting {
  private final SkillDataset dataset;
  private final Demo.Settings settings;
  private final Backend backend;
  private final RunFolder folder;
  private final RunView view;

  CrossFitting(
      SkillDataset dataset,
      Demo.Settings settings,
      Backend backend,
      RunFolder folder,
      RunView view) {
    this.dataset = dataset;
    this.settings = settings;
    this.backend = backend;
    this.folder = folder;
    this.view = view;
  }

  /**
   * The recall of a reranker's requests.
   *
   * @param embedder the run's embedding model, which serves the dev requests; without folds all
   * @throws StoppedException when the user stopped the training of a fold's embedder
   */
  Recall recall(BiEncoder embedder, RerankerTraining training) {
    int count = settings.preset().reranker().folds();
    List<SkillText> skills = training.skills();
    if (count == 0) {
      List<Request> all = new ArrayList<>(training.requests());
      all.addAll(training.devRequests());
      return new FirstStage(embedder, skills, all);
    }
    SkillFolds folds = new SkillFolds(dataset.pool(Split.TRAIN), count);
    List<FirstStage> stages = new ArrayList<>();
    for (int fold = 0; fold < count; fold++) {
      List<Request> judged = new ArrayList<>();
      for (Request request : training.requests()) {
        if (folds.of(request) == fold) {
          judged.add(request);
        }
      }
      stages.add(new FirstStage(embedder(folds, fold), skills, judged));
    }
    List<Request> dev = training.devRequests();
    List<SkillText> ranked = dev.isEmpty() ? List.of() : skills; // nobody validates, none is needed
    return new OutOfFold(folds, stages, new FirstStage(embedder, ranked, dev));
  }

  /** Trains the embedder that judges a fold, unless the run has it already. */
  private BiEncoder embedder(SkillFolds folds, int fold) {
    String name = RunFolder.fold(fold, folds.count());
    BiEncoder model = StartingModel.open(settings, backend);
    RunConfig config = new RunConfig(folder.config());
    RunConfig.Training numbers =
        new RunConfig.Training(settings, RunConfig.digest(dataset), model.fingerprint());
    if (isTrained(name, config, numbers)) {
      return BiEncoder.open(folder.model(name), backend);
    }
    List<Request> requests = folds.without(fold, dataset.requests(Split.TRAIN));
    if (requests.isEmpty()) {
      throw new DataException(
          "CrossFitting: expected train requests without golds of fold %d of %d, got none"
              .formatted(fold + 1, folds.count()));
    }
    TrainingEvent.Finished end;
    try (TrainingSession session = TrainingSession.start(folder, name, view)) {
      end =
          new EmbeddingTraining(dataset, requests, settings.preset().embedding(), settings.seed())
              .train(model, session);
    }
    if (end.reason() == TrainingEvent.Finished.Reason.INTERRUPTED) {
      folder.clearState(name); // a fold begins anew
      throw new StoppedException(" of " + name + " after step " + end.step());
    }
    config.write(name, numbers); // last: it says that the model beside it is whole
    return model;
  }

  private boolean isTrained(String name, RunConfig config, RunConfig.Training numbers) {
    return config.isSame(name, numbers)
        && Files.isRegularFile(folder.model(name).resolve("model.safetensors"));
  }
}
