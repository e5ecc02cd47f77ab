package dev.r3.cli.pipeline;

import dev.r3.cli.progress.Progress;
import dev.r3.cli.progress.Work;
import dev.r3.retrieve.route.TextEmbedder;
import dev.r3.transformer.BiEncoder;
import java.util.ArrayList;
import java.util.List;

/**
 * A first stage that shows how far it is with a library.
 *
 * @param tellCuts whether it says how many skills are longer than what the model reads
 */
public record ShownEmbedder(BiEncoder model, RunView view, boolean tellCuts)
    implements TextEmbedder {
  private static final int CHUNK = 32; // texts between two looks at the clock

  @Override
  public int dimension() {
    return model.dimension();
  }

  @Override
  public float[][] embedQueries(List<String> queries) {
    return model.embedQueries(queries);
  }

  @Override
  public float[][] embedSkills(List<String> skills) {
    if (tellCuts) {
      CutTexts.ofSkills(model, skills).tell(view);
    }
    List<float[]> vectors = new ArrayList<>(skills.size());
    try (Progress progress = view.work(Work.of("embed skills", skills.size(), "skills"))) {
      for (int from = 0; from < skills.size(); from += CHUNK) {
        List<String> chunk = skills.subList(from, Math.min(skills.size(), from + CHUNK));
        vectors.addAll(List.of(model.embedSkills(chunk)));
        progress.update(vectors.size());
        view.requireGoingOn();
      }
    }
    return vectors.toArray(float[][]::new);
  }

  @Override
  public String fingerprint() {
    return model.fingerprint();
  }
}
