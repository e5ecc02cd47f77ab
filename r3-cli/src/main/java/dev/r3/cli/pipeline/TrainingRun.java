package dev.r3.cli.pipeline;

import dev.r3.cli.report.HtmlReport;
import dev.r3.tensor.Backend;
import dev.r3.tensor.io.DataException;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.PretrainedModel;
import java.nio.file.Files;

/** One training by itself, into a run folder; one that was interrupted can go on. */
public final class TrainingRun {
  private final SkillDataset dataset;
  private final Demo.Settings settings;
  private final Backend backend;
  private final RunFolder folder;
  private final RunView view;

  public TrainingRun(
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
   * Trains and saves one model; the report then shows every training of the folder, unless the
   * folder is one of the demo.
   *
   * @param training a name of {@link RunFolder}
   * @param resume goes on from where that training was interrupted
   * @throws StoppedException when the user stopped it; it can be resumed
   */
  public TrainingEvent.Finished train(String training, boolean resume) {
    if (resume) {
      TrainingSession.requireInterrupted(folder, training);
    }
    TrainingEvent.Finished end =
        training.equals(RunFolder.EMBEDDING) ? embedding(resume) : reranker(training, resume);
    boolean stopped = end.reason() == TrainingEvent.Finished.Reason.INTERRUPTED;
    String state = (stopped ? "stopped after step " : "finished after step ") + end.step();
    if (!Files.exists(folder.results())) { // else the report is one of the demo, with scores
      HtmlReport.write(
          folder.report(), RunReport.ofTrainings(folder, settings, training + " " + state));
    }
    if (stopped) {
      throw new StoppedException(
          "train: "
              + state
              + "; metrics and report are in "
              + folder.path()
              + (end.best().isPresent() ? ", the best model so far too" : "")
              + "; go on with the same options and --resume");
    }
    folder.finish();
    return end;
  }

  private TrainingEvent.Finished embedding(boolean resume) {
    BiEncoder model = StartingModel.open(settings, backend);
    CutTexts.tell(model, dataset, view);
    try (TrainingSession session = session(RunFolder.EMBEDDING, model, resume)) {
      return new EmbeddingTraining(dataset, settings.preset().embedding(), settings.seed())
          .train(model, session);
    }
  }

  private TrainingEvent.Finished reranker(String name, boolean resume) {
    if (!Files.isDirectory(folder.embedding())) {
      throw new DataException(
          folder.embedding()
              + ": expected the trained embedding model that the reranker starts from, got none;"
              + " run r3 train embedding --out "
              + folder.path()
              + " first");
    }
    BiEncoder embedding = BiEncoder.open(folder.embedding(), backend);
    CutTexts.tell(embedding, dataset, view);
    if (resume) {
      new RunConfig(folder.config()).requireSame(name, numbers(embedding)); // before work begins
    }
    RerankerTraining training = new RerankerTraining(dataset, settings.preset(), settings.seed());
    Recall recall = recall(embedding, training);
    try (PretrainedModel files = PretrainedModel.open(folder.embedding());
        TrainingSession session = session(name, embedding, resume)) {
      CrossEncoder.Fresh fresh = settings.freshReranker(embedding.fingerprint());
      CrossEncoder model = CrossEncoder.fresh(files, fresh, backend);
      return training.train(model, recall, name.equals(RunFolder.RERANKER), session);
    }
  }

  private Recall recall(BiEncoder embedding, RerankerTraining training) {
    try {
      return new CrossFitting(dataset, settings, backend, folder, view).recall(embedding, training);
    } catch (StoppedException stop) {
      throw new StoppedException(
          "train: stopped in the training"
              + stop.getMessage()
              + "; metrics are in "
              + folder.path()
              + "; begin anew with the same options");
    }
  }

  /**
   * @param start the model whose parameters the training starts from
   */
  private TrainingSession session(String name, BiEncoder start, boolean resume) {
    RunConfig config = new RunConfig(folder.config());
    RunConfig.Training numbers = numbers(start);
    if (resume) {
      config.requireSame(name, numbers);
      return TrainingSession.resume(folder, name, view);
    }
    TrainingSession session = TrainingSession.start(folder, name, view);
    config.write(name, numbers);
    return session;
  }

  private RunConfig.Training numbers(BiEncoder start) {
    return new RunConfig.Training(settings, RunConfig.digest(dataset), start.fingerprint());
  }
}
