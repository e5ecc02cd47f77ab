package dev.r3.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.cli.TerminalRecorder;
import dev.r3.cli.progress.Progress;
import dev.r3.cli.progress.Work;
import dev.r3.retrieve.eval.EvaluationReport;
import dev.r3.retrieve.route.RouterModels;
import dev.r3.retrieve.route.SkillRouter;
import dev.r3.retrieve.skill.SkillLibrary;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.train.trainer.TrainingListener;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on a small part of r3-mini, with the real base model. */
class DemoTest {
  private static final Preset TINY =
      new Preset(
          "tiny",
          32,
          32,
          48,
          5,
          new Preset.Embedding(8, 2, 1, 0.05, new Preset.Schedule(2, 1, 0, 1e-4)),
          new Preset.Reranker(8, 4, 1, 4, new Preset.Schedule(1, 1, 0, 5e-5)));

  @TempDir Path folder;

  /** Says nothing, and counts the trainings' steps. */
  private static final class Silent implements RunView {
    private int steps;

    @Override
    public void begin(String what) {}

    @Override
    public void note(String line) {}

    @Override
    public TrainingListener training(String name) {
      return event -> steps += event instanceof TrainingEvent.StepTaken ? 1 : 0;
    }

    @Override
    public Progress work(Work work) {
      return Progress.start(new TerminalRecorder().terminal(), work);
    }

    @Override
    public boolean stopRequested() {
      return false;
    }
  }

  private DemoResults run(Path out, Silent view) throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    SmallDataset.write(data);
    try (Backend backend = Backends.open("java")) {
      return new Demo(
              ShippedData.orDirectory(data),
              new Demo.Settings("bge-small-zh-v15", TINY, 7, "java"),
              backend,
              RunFolder.create(out),
              view)
          .run();
    }
  }

  @Test
  void trainsMeasuresKeepsAndRoutesTheSameWayTwice() throws Exception {
    Path out = folder.resolve("run");
    Silent view = new Silent();
    DemoResults results = run(out, view);

    assertThat(results.wholePool())
        .extracting(EvaluationReport::system)
        .containsExactly(Demo.BASE, Demo.EMBEDDING, Demo.WITHOUT_PUSH_AWAY, Demo.RERANKER);
    assertThat(results.curves()).hasSize(3);
    assertThat(results.curves().stream().mapToInt(curve -> curve.points().size()).sum())
        .isEqualTo(view.steps)
        .isPositive();
    LossCurve embedding = results.curves().get(0);
    assertThat(embedding.points().get(embedding.points().size() - 1).loss())
        .isLessThan(embedding.points().get(0).loss());
    assertThat(results.routes())
        .allSatisfy(route -> assertThat(route.skills().get(0).rerankScore()).isNotNull());
    assertThat(out)
        .isDirectoryContaining("glob:**/results.json")
        .isDirectoryContaining("glob:**/config.json");
    assertThat(Files.readAllLines(out.resolve("metrics.jsonl")))
        .filteredOn(line -> line.contains("\"event\":\"step\""))
        .hasSize(view.steps);
    for (String model : List.of("embedding", "reranker", "reranker-no-push-away")) {
      assertThat(out.resolve(model)).isDirectoryContaining("glob:**/model.safetensors");
    }

    try (Backend backend = Backends.open("java");
        SkillRouter router =
            RouterModels.in(out)
                .open(backend)
                .recallDepth(TINY.recallDepth())
                .library(SkillLibrary.read(out.resolve("skills.jsonl")))) {
      DemoResults.Route first = results.routes().get(0);
      assertThat(router.route(first.request(), first.skills().size()))
          .as("the saved models answer as the trained ones did")
          .isEqualTo(first.skills());
    }

    DemoResults again = run(folder.resolve("again"), new Silent());
    assertThat(DemoResults.table(again.wholePool(), EvaluationReport.ALL))
        .isEqualTo(DemoResults.table(results.wholePool(), EvaluationReport.ALL));
    assertThat(again.curves().get(2).points()).isEqualTo(results.curves().get(2).points());
  }

  @Test
  void anUnwritableFolderIsRefusedBeforeAnyWork() throws Exception {
    Path file = Files.createFile(folder.resolve("taken"));
    assertThatThrownBy(() -> RunFolder.create(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("expected a writable folder");
  }
}
