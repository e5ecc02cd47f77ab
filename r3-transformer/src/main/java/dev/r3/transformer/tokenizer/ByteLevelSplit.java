package dev.r3.transformer.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;

/**
 * Where a text may be cut into words before byte-pair encoding: each pattern splits the words of
 * the one before into its matches and what lies between.
 *
 * @param patterns none leaves the text whole
 * @param addPrefixSpace puts a space before a text that begins without
 */
record ByteLevelSplit(List<SplitPattern> patterns, boolean addPrefixSpace) {
  private static final String SUPPORTED = "ByteLevel, or a Sequence of Split and at last ByteLevel";

  /** A word of the text. */
  interface Words {
    void word(int from, int to);
  }

  /** Reads {@code pre_tokenizer}. */
  static ByteLevelSplit of(JsonValue json) {
    String type = json.type();
    if (type.equals("ByteLevel")) {
      boolean split = json.get("use_regex").bool(true);
      return new ByteLevelSplit(
          split ? List.of(SplitPattern.gpt2()) : List.of(), json.get("add_prefix_space").bool());
    }
    if (!type.equals("Sequence")) {
      throw json.get("type").expected(SUPPORTED);
    }
    List<JsonValue> steps = json.get("pretokenizers").elements();
    if (steps.isEmpty() || !steps.get(steps.size() - 1).type().equals("ByteLevel")) {
      throw json.get("pretokenizers").expected("a ByteLevel at the end");
    }
    JsonValue last = steps.get(steps.size() - 1);
    ByteLevelSplit byteLevel = of(last);
    if (steps.size() > 1 && byteLevel.addPrefixSpace()) {
      throw last.get("add_prefix_space").expected("false after a Split");
    }
    List<SplitPattern> patterns = new ArrayList<>();
    for (JsonValue step : steps.subList(0, steps.size() - 1)) {
      patterns.add(split(step));
    }
    patterns.addAll(byteLevel.patterns());
    return new ByteLevelSplit(List.copyOf(patterns), byteLevel.addPrefixSpace());
  }

  /** Finds the words of {@code text}; none is empty, and together they are the text. */
  void split(String text, Words words) {
    split(SplitPattern.matchable(text), 0, 0, text.length(), words);
  }

  private void split(String matchable, int level, int from, int to, Words words) {
    if (from == to) {
      return;
    }
    if (level == patterns.size()) {
      words.word(from, to);
      return;
    }
    int done = from;
    Matcher matcher = patterns.get(level).matcher(matchable).region(from, to);
    while (matcher.find()) {
      split(matchable, level + 1, done, matcher.start(), words);
      split(matchable, level + 1, matcher.start(), matcher.end(), words);
      done = matcher.end();
    }
    split(matchable, level + 1, done, to, words);
  }

  private static SplitPattern split(JsonValue json) {
    if (!json.type().equals("Split")) {
      throw json.get("type").expected(SUPPORTED);
    }
    JsonValue behavior = json.get("behavior");
    if (!behavior.text().equals("Isolated")) {
      throw behavior.expected("Isolated");
    }
    // With Isolated, matches and what lies between are words either way: "invert" changes nothing.
    return SplitPattern.of(json.get("pattern"));
  }
}
