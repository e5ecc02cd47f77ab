package dev.r3.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.r3.cli.TinyModels;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.io.DataException;
import dev.r3.train.data.SkillDataset;
import dev.r3.transformer.BiEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that are stopped, and go on. */
class TrainingRunTest {
  private static final Preset TINY =
      new Preset(
          "tiny",
          32,
          32,
          48,
          6,
          true,
          new Preset.Embedding(24, 8, 1, 2, 0.05, 0.2, new Preset.Schedule(2, 2, 0, 1e-2)),
          new Preset.Reranker(0, 4, 1, false, 4, 2, 10, new Preset.Schedule(2, 2, 0, 1e-2)));

  @TempDir Path folder;
  private final Backend backend = Backends.open("java");
  private SkillDataset dataset;
  private Path base;

  @BeforeEach
  void data() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    SmallDataset.write(data);
    dataset = ShippedData.orDirectory(data);
    base = TinyModels.encoder(folder.resolve("base"));
  }

  @AfterEach
  void closeBackend() {
    backend.close();
  }

  @Test
  void anEmbeddingTrainingGoesOnBitByBit() throws IOException {
    RunFolder whole = run("whole");
    StoppingView view = StoppingView.never();
    train(whole, view, RunFolder.EMBEDDING, false);
    int steps = view.steps();
    assertThat(steps).as("an interrupt in the midst of the second epoch").isGreaterThan(6);

    RunFolder stopped = run("stopped");
    stop(stopped, 2, RunFolder.EMBEDDING, false);
    stop(stopped, steps - 2 - 2, RunFolder.EMBEDDING, true);
    assertThat(stopped.state(RunFolder.EMBEDDING)).exists();
    assertThat(stopped.isFinished()).isFalse();
    train(stopped, StoppingView.never(), RunFolder.EMBEDDING, true);

    assertThat(weights(stopped)).isEqualTo(weights(whole));
    assertThat(curves(stopped)).isEqualTo(curves(whole)).hasSize(1);
    assertThat(curves(stopped).get(0).points()).hasSize(steps);
    assertThat(curves(stopped).get(0).validations()).isNotEmpty();
    assertThat(stopped.states()).doesNotExist();
    assertThat(stopped.isFinished()).isTrue();
  }

  @Test
  void withNegativesMinedAnewItWouldNotBeTheSame() throws IOException {
    RunFolder whole = run("whole");
    StoppingView view = StoppingView.never();
    train(whole, view, RunFolder.EMBEDDING, false);
    RunFolder stopped = run("stopped");
    stop(stopped, view.steps() - 2, RunFolder.EMBEDDING, false);
    Files.delete(stopped.stateFile(RunFolder.EMBEDDING, "negatives-1.json"));
    train(stopped, StoppingView.never(), RunFolder.EMBEDDING, true);
    assertThat(curves(stopped)).isNotEqualTo(curves(whole));
  }

  @Test
  void theSavedModelIsMixedWithTheStart() throws IOException {
    Preset.Embedding numbers = TINY.embedding();
    List<Float> trained = trained(numbers.withStartShare(0));
    List<Float> half = trained(numbers.withStartShare(0.5));
    List<Float> start = trained(numbers.withStartShare(1));
    assertThat(start).isEqualTo(weights(base)).isNotEqualTo(trained);
    for (int i = 0; i < half.size(); i++) {
      assertThat(half.get(i)).isCloseTo((trained.get(i) + start.get(i)) / 2, within(1e-6f));
    }
  }

  /** The weights that a training without validation saves. */
  private List<Float> trained(Preset.Embedding numbers) {
    RunFolder run = run("share-" + numbers.startShare());
    Preset.Embedding once =
        new Preset.Embedding(
            numbers.skillTokens(),
            numbers.skillsPerBatch(),
            numbers.requestsPerSkill(),
            0,
            numbers.temperature(),
            numbers.startShare(),
            new Preset.Schedule(1, 0, 0, 1e-2));
    Demo.Settings settings = new Demo.Settings(base.toString(), TINY.with(once), 7, "java");
    TrainingRun training = new TrainingRun(dataset, settings, backend, run, StoppingView.never());
    assertThat(training.train(RunFolder.EMBEDDING, false)).isNotNull();
    return weights(run.embedding());
  }

  private List<Float> weights(Path model) {
    List<Float> all = new ArrayList<>();
    for (Parameter parameter : BiEncoder.open(model, backend).parameters()) {
      for (float weight : parameter.value().toFloats()) {
        all.add(weight);
      }
    }
    return all;
  }

  @Test
  void aRerankerTrainingGoesOnBitByBit() throws IOException {
    RunFolder whole = run("whole");
    train(whole, StoppingView.never(), RunFolder.EMBEDDING, false);
    StoppingView view = StoppingView.never();
    RunFolder stopped = copyOf(whole, "stopped");
    train(whole, view, RunFolder.RERANKER, false);
    stop(stopped, view.steps() - 2, RunFolder.RERANKER, false);
    train(stopped, StoppingView.never(), RunFolder.RERANKER, true);
    assertThat(Files.readAllBytes(stopped.model(RunFolder.RERANKER).resolve("model.safetensors")))
        .isEqualTo(
            Files.readAllBytes(whole.model(RunFolder.RERANKER).resolve("model.safetensors")));
    assertThat(curves(stopped)).isEqualTo(curves(whole)).hasSize(1 + 2 + 1);
  }

  @Test
  void theNextRerankerTakesTheFoldsThatAreThere() throws IOException {
    RunFolder run = run("run");
    train(run, StoppingView.never(), RunFolder.EMBEDDING, false);
    StoppingView first = StoppingView.never();
    train(run, first, RunFolder.RERANKER, false);
    byte[] fold =
        Files.readAllBytes(run.model("embedding-fold-1-of-2").resolve("model.safetensors"));
    StoppingView second = StoppingView.never();
    train(run, second, RunFolder.NO_PUSH_AWAY, false);
    assertThat(second.steps()).isPositive().isLessThan(first.steps());
    assertThat(run.model("embedding-fold-1-of-2").resolve("model.safetensors"))
        .hasBinaryContent(fold);

    Files.delete(run.model("embedding-fold-1-of-2").resolve("model.safetensors"));
    StoppingView third = StoppingView.never();
    train(run, third, RunFolder.NO_PUSH_AWAY, false);
    assertThat(third.steps()).isGreaterThan(second.steps()).isLessThan(first.steps());
    assertThat(run.model("embedding-fold-1-of-2").resolve("model.safetensors"))
        .hasBinaryContent(fold);
  }

  @Test
  void foldsDoNotDependOnHowTheRerankerLearns() throws IOException {
    RunFolder run = run("run");
    train(run, StoppingView.never(), RunFolder.EMBEDDING, false);
    StoppingView first = StoppingView.never();
    train(run, first, RunFolder.RERANKER, false);
    StoppingView second = StoppingView.never();
    Preset other = TINY.with(TINY.reranker().withResidual(0));
    Demo.Settings cold = new Demo.Settings(base.toString(), other, 7, "java");
    new TrainingRun(dataset, cold, backend, run, second).train(RunFolder.RERANKER, false);
    assertThat(second.steps()).isPositive().isLessThan(first.steps());
  }

  @Test
  void aStoppedFoldDoesNotPassForATrainedOne() throws IOException {
    RunFolder whole = run("whole");
    train(whole, StoppingView.never(), RunFolder.EMBEDDING, false);
    RunFolder stopped = copyOf(whole, "stopped");
    assertThatThrownBy(() -> train(stopped, StoppingView.after(1), RunFolder.RERANKER, false))
        .isInstanceOf(StoppedException.class)
        .hasMessage(
            "train: stopped in the training of embedding-fold-1-of-2 after step 1; metrics are in "
                + stopped.path()
                + "; begin anew with the same options");
    train(whole, StoppingView.never(), RunFolder.RERANKER, false);
    train(stopped, StoppingView.never(), RunFolder.RERANKER, false);
    assertThat(stopped.model(RunFolder.RERANKER).resolve("model.safetensors"))
        .hasSameBinaryContentAs(whole.model(RunFolder.RERANKER).resolve("model.safetensors"));
  }

  @Test
  void aStopSaysHowFarItCameAndHowToGoOn() {
    RunFolder run = run("run");
    assertThatThrownBy(() -> train(run, StoppingView.after(1), RunFolder.EMBEDDING, false))
        .isInstanceOf(StoppedException.class)
        .hasMessage(
            "train: stopped after step 1; metrics and report are in "
                + run.path()
                + "; go on with the same options and --resume");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(run.report()).content().contains("embedding stopped after step 1", "R3-Embedding");
    assertThat(curves(run).get(0).points()).hasSize(1);
    assertThat(run.embedding()).as("no validation, no best model").doesNotExist();
  }

  @Test
  void thereMustBeSomethingToGoOnWith() throws IOException {
    RunFolder run = run("run");
    String message =
        run.path().resolve("state/embedding.safetensors")
            + ": expected the state of an interrupted training to go on from, got no such file; a"
            + " training that came to its end leaves none. Begin anew without --resume";
    assertThatThrownBy(() -> train(run, StoppingView.never(), RunFolder.EMBEDDING, true))
        .isInstanceOf(DataException.class)
        .hasMessage(message);
    train(run, StoppingView.never(), RunFolder.EMBEDDING, false);
    assertThatThrownBy(() -> train(run, StoppingView.never(), RunFolder.EMBEDDING, true))
        .hasMessage(message);
  }

  @Test
  void whatGoesOnMustBeTheSameTraining() {
    RunFolder run = run("run");
    assertThatThrownBy(() -> train(run, StoppingView.after(1), RunFolder.EMBEDDING, false))
        .isInstanceOf(StoppedException.class);
    Demo.Settings other = new Demo.Settings(base.toString(), Preset.QUICK, 8, "java");
    TrainingRun changed = new TrainingRun(dataset, other, backend, run, StoppingView.never());
    assertThatThrownBy(() -> changed.train(RunFolder.EMBEDDING, true))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            run.config()
                + ": expected the settings of the interrupted training \"embedding\", got ")
        .hasMessageContaining("settings.preset.query_tokens 64 instead of 32")
        .hasMessageContaining("settings.seed 8 instead of 7")
        .hasMessageEndingWith("; give the same options, or begin anew without --resume");
  }

  @Test
  void whatGoesOnMustHaveTheSameData() throws IOException {
    RunFolder run = run("run");
    assertThatThrownBy(() -> train(run, StoppingView.after(1), RunFolder.EMBEDDING, false))
        .isInstanceOf(StoppedException.class);
    Path skills = folder.resolve("data/skills.jsonl");
    Files.writeString(skills, Files.readString(skills).replaceFirst("\"text\": ?\"", "$0changed "));
    dataset = ShippedData.orDirectory(folder.resolve("data"));
    assertThatThrownBy(() -> train(run, StoppingView.never(), RunFolder.EMBEDDING, true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("got data ");
  }

  @Test
  void aTrainingThatBeginsAnewForgetsTheOneBefore() throws IOException {
    RunFolder run = run("run");
    assertThatThrownBy(() -> train(run, StoppingView.after(3), RunFolder.EMBEDDING, false))
        .isInstanceOf(StoppedException.class);
    Files.writeString(run.metrics(), Files.readString(run.metrics()) + "{\"run\":\"emb");
    assertThatThrownBy(() -> train(run, StoppingView.after(1), RunFolder.EMBEDDING, false))
        .isInstanceOf(StoppedException.class);
    assertThat(curves(run)).hasSize(1);
    assertThat(curves(run).get(0).points()).extracting(LossCurve.Point::step).containsExactly(1L);
  }

  private void stop(RunFolder run, int steps, String training, boolean resume) {
    assertThatThrownBy(() -> train(run, StoppingView.after(steps), training, resume))
        .isInstanceOf(StoppedException.class);
  }

  private void train(RunFolder run, RunView view, String training, boolean resume) {
    Demo.Settings settings = new Demo.Settings(base.toString(), TINY, 7, "java");
    assertThat(new TrainingRun(dataset, settings, backend, run, view).train(training, resume))
        .isNotNull();
  }

  private RunFolder run(String name) {
    return RunFolder.create(folder.resolve(name));
  }

  private RunFolder copyOf(RunFolder run, String name) throws IOException {
    Path to = folder.resolve(name);
    try (Stream<Path> files = Files.walk(run.path())) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(run.path().relativize(file)));
      }
    }
    return new RunFolder(to);
  }

  private static byte[] weights(RunFolder run) throws IOException {
    return Files.readAllBytes(run.embedding().resolve("model.safetensors"));
  }

  private static List<LossCurve> curves(RunFolder run) {
    return new MetricsFile(run.metrics()).curves();
  }
}
