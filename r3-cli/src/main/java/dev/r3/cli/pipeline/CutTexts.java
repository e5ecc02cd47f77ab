package dev.r3.cli.pipeline;

import dev.r3.train.data.Request;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.SkillText;
import dev.r3.train.data.Split;
import dev.r3.transformer.BiEncoder;
import java.util.Arrays;
import java.util.List;

/**
 * How many texts are longer than what a model reads of them.
 *
 * @param what the texts, in the plural
 * @param limit tokens, special tokens included
 * @param texts how many there are
 * @param cut how many of them are longer
 * @param tokens how many tokens are not read, of all texts together
 */
public record CutTexts(String what, int limit, int texts, int cut, long tokens) {

  /** Skills as the first stage reads them. */
  public static CutTexts ofSkills(BiEncoder model, List<String> skills) {
    return count(
        "skills",
        model.settings().skillMaxTokens(),
        skills.stream().mapToInt(text -> model.tokenizeSkill(text).truncatedTokens()).toArray());
  }

  /** Requests as the first stage reads them. */
  public static CutTexts ofRequests(BiEncoder model, List<String> requests) {
    return count(
        "requests",
        model.settings().queryMaxTokens(),
        requests.stream().mapToInt(text -> model.tokenizeQuery(text).truncatedTokens()).toArray());
  }

  /** Tells of the skills and requests of a data set, where any is cut. */
  public static void tell(BiEncoder model, SkillDataset dataset, RunView view) {
    ofSkills(model, dataset.skills().values().stream().map(SkillText::text).toList()).tell(view);
    ofRequests(
            model,
            Arrays.stream(Split.values())
                .flatMap(split -> dataset.requests(split).stream())
                .map(Request::query)
                .toList())
        .tell(view);
  }

  private static CutTexts count(String what, int limit, int[] truncated) {
    return new CutTexts(
        what,
        limit,
        truncated.length,
        (int) Arrays.stream(truncated).filter(tokens -> tokens > 0).count(),
        Arrays.stream(truncated).asLongStream().sum());
  }

  /** One line, if any text is cut. */
  public void tell(RunView view) {
    if (cut > 0) {
      view.note(
          "%d of %d %s are longer than %d tokens and are cut there (%d tokens are not read)"
              .formatted(cut, texts, what, limit, tokens));
    }
  }
}
