package dev.r3.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.cli.TinyModels;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.tensor.Parameter;
import dev.r3.train.data.Request;
import dev.r3.train.data.SkillFolds;
import dev.r3.train.data.SkillText;
import dev.r3.train.data.Split;
import dev.r3.transformer.BiEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutOfFoldTest {
  @TempDir Path folder;

  /** A stage whose similarities differ from those of other seeds. */
  private FirstStage stage(Backend backend, Path base, int seed, List<Request> requests) {
    BiEncoder model = BiEncoder.open(base, backend);
    for (Parameter parameter : model.parameters()) {
      if (parameter.name().endsWith("word_embeddings.weight")) {
        float[] values = parameter.value().toFloats();
        for (int i = 0; i < values.length; i++) {
          values[i] += seed * (float) Math.sin(i);
        }
        backend.assign(parameter.value(), values);
      }
    }
    List<SkillText> skills =
        List.of(
            new SkillText("a", "csv | tables | split them", "en", "d", "a", Split.TRAIN),
            new SkillText("b", "mail | letters | answer them", "en", "d", "b", Split.TRAIN));
    return new FirstStage(model, skills, requests);
  }

  @Test
  void aTrainRequestIsJudgedByTheFoldItIsInAndAnyOtherByTheEmbedder() throws Exception {
    Path base = TinyModels.encoder(folder.resolve("base"));
    Request ofA = new Request("1", "split a table", List.of("a"), "en", "en2en");
    Request ofB = new Request("2", "answer a letter", List.of("b"), "en", "en2en");
    Request dev = new Request("3", "split a letter", List.of("c"), "en", "en2en");
    SkillFolds folds =
        new SkillFolds(
            List.of(
                new SkillText("a", "csv", "en", "d", "a", Split.TRAIN),
                new SkillText("b", "mail", "en", "d", "b", Split.TRAIN)),
            2);
    try (Backend backend = Backends.open("java")) {
      FirstStage first = stage(backend, base, 1, List.of(ofA));
      FirstStage second = stage(backend, base, 2, List.of(ofB));
      FirstStage embedder = stage(backend, base, 3, List.of(dev));
      OutOfFold recall = new OutOfFold(folds, List.of(first, second), embedder);

      List<Float> similarities = new ArrayList<>();
      for (String skill : List.of("a", "b")) {
        assertThat(recall.of(ofA, skill)).isEqualTo(first.of(ofA, skill));
        assertThat(recall.of(ofB, skill)).isEqualTo(second.of(ofB, skill));
        assertThat(recall.of(dev, skill)).isEqualTo(embedder.of(dev, skill));
        similarities.add(stage(backend, base, 3, List.of(ofA)).of(ofA, skill));
      }
      assertThat(similarities)
          .as("the stages do differ")
          .doesNotContain(recall.of(ofA, "a"), recall.of(ofA, "b"));
      assertThat(recall.rank(ofA)).isEqualTo(first.rank(ofA)).containsExactlyInAnyOrder("a", "b");
    }
  }
}
