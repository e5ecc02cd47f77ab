package dev.r3.benchmarks.engine;

import dev.r3.cli.model.BaseModel;
import dev.r3.cli.pipeline.ShippedData;
import dev.r3.train.data.Request;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.SkillText;
import dev.r3.train.data.Split;
import dev.r3.transformer.tokenizer.Encoding;
import dev.r3.transformer.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Real texts of r3-mini: a Chinese request, an English skill, an English request, a Chinese skill,
 * and so on, so that long and short texts of both languages come together.
 */
public final class Texts {
  /** Longest text of a ragged batch. */
  public static final int RAGGED_TOKENS = 256;

  private static final Pattern EQUAL = Pattern.compile("(\\d+)x(\\d+)");
  private static final Pattern RAGGED = Pattern.compile("ragged(\\d+)");

  private Texts() {}

  /**
   * @param form {@code 32x128}: 32 texts of 128 tokens; {@code ragged32}: 32 texts as they are, cut
   *     at {@link #RAGGED_TOKENS}
   */
  public static List<Encoding> of(String form, BaseModel model) {
    Tokenizer tokenizer = model.tokenizer();
    Matcher ragged = RAGGED.matcher(form);
    if (ragged.matches()) {
      return take(form, Integer.parseInt(ragged.group(1)), 1, RAGGED_TOKENS, tokenizer);
    }
    Matcher equal = EQUAL.matcher(form);
    if (equal.matches()) {
      int tokens = Integer.parseInt(equal.group(2));
      return take(form, Integer.parseInt(equal.group(1)), tokens, tokens, tokenizer);
    }
    throw new IllegalArgumentException(
        "Texts: expected a form like 32x128 or ragged32, got " + form);
  }

  private static List<Encoding> take(
      String form, int count, int minTokens, int maxTokens, Tokenizer tokenizer) {
    List<Encoding> taken =
        strings().stream()
            .map(text -> tokenizer.encode(text, maxTokens))
            .filter(text -> text.length() >= minTokens)
            .limit(count)
            .toList();
    if (taken.size() < count) {
      throw new IllegalArgumentException(
          "Texts: expected at most " + taken.size() + " texts of that length, got " + form);
    }
    return taken;
  }

  /** All texts, in the order of this class. */
  public static List<String> strings() {
    SkillDataset data = ShippedData.orDirectory(null);
    List<List<String>> kinds =
        List.of(requests(data, "zh"), skills(data, "en"), requests(data, "en"), skills(data, "zh"));
    int rounds = kinds.stream().mapToInt(List::size).min().orElse(0);
    List<String> texts = new ArrayList<>();
    IntStream.range(0, rounds).forEach(i -> kinds.forEach(kind -> texts.add(kind.get(i))));
    return texts;
  }

  private static List<String> requests(SkillDataset data, String language) {
    return data.requests(Split.TEST).stream()
        .filter(request -> request.language().equals(language))
        .map(Request::query)
        .toList();
  }

  private static List<String> skills(SkillDataset data, String language) {
    return data.skills().values().stream()
        .filter(skill -> skill.language().equals(language))
        .map(SkillText::text)
        .toList();
  }
}
