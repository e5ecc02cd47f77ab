package dev.r3.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.cli.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsOptionTest {
  @TempDir Path runs;

  @Test
  void theNewestFinishedRunIsTaken() throws Exception {
    assertThat(ModelsOption.newestRun(runs.resolve("none"))).isEmpty();
    assertThat(ModelsOption.newestRun(runs)).isEmpty();
    run("b-first", 1);
    run("a-second", 2);
    assertThat(ModelsOption.newestRun(runs)).contains(runs.resolve("a-second"));

    run("unfinished", 3);
    Files.createDirectory(runs.resolve("unfinished/state"));
    Files.createDirectories(runs.resolve("no-model/embedding"));
    assertThat(ModelsOption.newestRun(runs)).contains(runs.resolve("a-second"));

    Path reranker = Files.createDirectories(runs.resolve("b-first/reranker"));
    Files.createFile(reranker.resolve("model.safetensors"));
    assertThat(ModelsOption.newestRun(runs))
        .as("its reranker was written last")
        .contains(runs.resolve("b-first"));
  }

  private void run(String name, int hour) throws Exception {
    Path model = TinyModels.encoder(runs.resolve(name).resolve("embedding"));
    Files.setLastModifiedTime(
        model.resolve("model.safetensors"), FileTime.from(Instant.ofEpochSecond(hour * 3600L)));
  }
}
