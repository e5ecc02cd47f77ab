package dev.r3.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.r3.cli.TinyModels;
import dev.r3.retrieve.eval.EvaluationReport;
import dev.r3.retrieve.route.RouterModels;
import dev.r3.retrieve.route.SkillRouter;
import dev.r3.retrieve.skill.SkillLibrary;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.checkpoint.LoadOptions;
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
          true,
          new Preset.Embedding(24, 8, 2, 1, 0.05, 0.2, new Preset.Schedule(2, 1, 0, 1e-4)),
          new Preset.Reranker(16, 4, 1, false, 2, 2, 10, new Preset.Schedule(1, 1, 0, 5e-5)));

  @TempDir Path folder;

  private DemoResults run(Path out, StoppingView view) throws Exception {
    return run("bge-small-zh-v15", out, view);
  }

  private DemoResults run(String base, Path out, StoppingView view) throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    SmallDataset.write(data);
    try (Backend backend = Backends.open("java")) {
      return new Demo(
              ShippedData.orDirectory(data),
              new Demo.Settings(base, TINY, 7, "java"),
              backend,
              RunFolder.create(out),
              view)
          .run();
    }
  }

  @Test
  void trainsMeasuresKeepsAndRoutesTheSameWayTwice() throws Exception {
    Path out = folder.resolve("run");
    StoppingView view = StoppingView.never();
    DemoResults results = run(out, view);

    assertThat(results.wholePool())
        .extracting(EvaluationReport::system)
        .containsExactly(Demo.BASE, Demo.EMBEDDING, Demo.WITHOUT_PUSH_AWAY, Demo.RERANKER);
    assertThat(results.curves()).hasSize(1 + 2 + 2);
    assertThat(results.curves().stream().mapToInt(curve -> curve.points().size()).sum())
        .isEqualTo(view.steps())
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
        .hasSize(view.steps());
    for (String model :
        List.of("embedding", "embedding-fold-1-of-2", "reranker", "reranker-no-push-away")) {
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
      CrossEncoder reranker = CrossEncoder.open(out.resolve("reranker"), backend);
      for (LoadOptions form : List.of(LoadOptions.inference(), LoadOptions.training())) {
        Path embedder = out.resolve("embedding");
        assertThat(reranker.learnedWith(BiEncoder.open(embedder, backend, form))).isTrue();
      }
      Path other = out.resolve("embedding-fold-1-of-2");
      assertThat(reranker.learnedWith(BiEncoder.open(other, backend))).isFalse();
    }

    DemoResults again = run(folder.resolve("again"), StoppingView.never());
    assertThat(DemoResults.table(again.wholePool(), EvaluationReport.ALL))
        .isEqualTo(DemoResults.table(results.wholePool(), EvaluationReport.ALL));
    assertThat(again.curves()).isEqualTo(results.curves());
  }

  @Test
  void aStoppedRunShowsWhatThereIs() throws Exception {
    String base = TinyModels.encoder(folder.resolve("base")).toString();
    Path out = folder.resolve("run");
    StoppingView whole = StoppingView.never();
    assertThat(run(base, out, whole).end()).isEqualTo("finished");
    assertThat(new RunFolder(out).isFinished()).isTrue();
    assertThat(out.resolve("report.html")).content().contains("+ R3-Reranker", "每周五都要");
    JsonNode found =
        new ObjectMapper().readTree(out.resolve("results.json").toFile()).at("/routes/0/skills");
    assertThat(found).hasSize(TINY.recallDepth());
    assertThat(found.get(0).fieldNames())
        .toIterable()
        .containsExactly("rank", "id", "name", "similarity", "score");

    int inTheRerankers = whole.steps() - 1;
    assertThatThrownBy(() -> run(base, out, StoppingView.after(inTheRerankers)))
        .isInstanceOf(StoppedException.class)
        .hasMessageMatching(
            "demo: stopped in \"train R3-Reranker\" after step \\d+; metrics, report, results and the"
                + " models so far are in "
                + out
                + "; finish this training with r3 train reranker --resume --out "
                + out
                + " and the options of this run, or begin anew with r3 demo");
    JsonNode results = new ObjectMapper().readTree(out.resolve("results.json").toFile());
    assertThat(results.get("end").textValue()).startsWith("stopped in \"train R3-Reranker\"");
    assertThat(results.at("/whole_pool/all")).hasSize(3);
    assertThat(out.resolve("report.html"))
        .content()
        .contains("stopped in &quot;train R3-Reranker&quot;", "+ reranker without push-away")
        .doesNotContain("每周五都要");
    assertThat(new RunFolder(out).isFinished()).isFalse();

    try (Backend backend = Backends.open("java")) {
      TrainingRun rest =
          new TrainingRun(
              ShippedData.orDirectory(folder.resolve("data")),
              new Demo.Settings(base, TINY, 7, "java"),
              backend,
              new RunFolder(out),
              StoppingView.never());
      assertThat(rest.train(RunFolder.RERANKER, true).reason())
          .isEqualTo(TrainingEvent.Finished.Reason.ALL_STEPS);
    }
    assertThat(new RunFolder(out).isFinished()).isTrue();
    assertThat(out.resolve("report.html")).content().as("of the demo").contains("untrained base");
  }

  @Test
  void aFailedRunShowsWhatThereIsToo() throws Exception {
    Path base = TinyModels.encoder(folder.resolve("base"));
    Path out = folder.resolve("run");
    assertThatThrownBy(() -> run(base.toString(), out, StoppingView.failing()))
        .hasMessage("failing on purpose");
    assertThat(out.resolve("results.json"))
        .content()
        .contains("failed in \\\"train R3-Embedding\\\"");
    assertThat(out.resolve("report.html")).content().contains("untrained base");
  }

  @Test
  void aModelFolderThatCannotBeWrittenIsSeenBeforeAnyWork() throws Exception {
    Path base = TinyModels.encoder(folder.resolve("base"));
    Path out = Files.createDirectories(folder.resolve("run"));
    Files.createFile(out.resolve("reranker")); // where a folder has to be
    assertThatThrownBy(() -> run(base.toString(), out, StoppingView.never()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith(out.resolve("reranker") + ": expected a writable folder, got ");
    assertThat(out.resolve("skills.jsonl")).doesNotExist();
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
