package dev.r3.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MergesTest {
  /** Ids: letters a to d are 0 to 3, then one new token for each merge. */
  @Property
  void equalsMergingOnePairAtATime(
      @ForAll @Size(max = 12) List<@IntRange(min = 0, max = 1 << 20) Integer> choices,
      @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 3) Integer> letters) {
    List<String> tokens = new ArrayList<>(List.of("a", "b", "c", "d"));
    List<TokenizerJson.Merge> merges = new ArrayList<>();
    for (int choice : choices) {
      String left = tokens.get(choice % tokens.size());
      String right = tokens.get(choice / 1024 % tokens.size());
      // Two merges may give the same token, by different ways; one merge is not given twice.
      TokenizerJson.Merge merge = new TokenizerJson.Merge(left, right);
      if (!merges.contains(merge)) {
        merges.add(merge);
        if (!tokens.contains(left + right)) {
          tokens.add(left + right);
        }
      }
    }
    Map<String, Integer> vocabulary = new HashMap<>();
    for (String token : tokens) {
      vocabulary.put(token, vocabulary.size());
    }
    int[] ids = letters.stream().mapToInt(Integer::intValue).toArray();
    TokenizerJson json =
        new TokenizerJson(
            new byte[0],
            new JsonValue("test.json", "", TokenizerFiles.json("{}".getBytes())),
            vocabulary,
            merges);
    int left = Merges.of(json).apply(ids, ids.length);
    List<String> merged = Arrays.stream(ids, 0, left).mapToObj(tokens::get).toList();
    assertThat(merged).isEqualTo(oneAtATime(letters.stream().map(tokens::get).toList(), merges));
  }

  private static List<String> oneAtATime(List<String> symbols, List<TokenizerJson.Merge> merges) {
    List<String> parts = new ArrayList<>(symbols);
    while (true) {
      int bestRank = Integer.MAX_VALUE;
      int best = -1;
      for (int i = 0; i + 1 < parts.size(); i++) {
        int rank = merges.indexOf(new TokenizerJson.Merge(parts.get(i), parts.get(i + 1)));
        if (rank >= 0 && rank < bestRank) {
          bestRank = rank;
          best = i;
        }
      }
      if (best < 0) {
        return parts;
      }
      parts.set(best, parts.get(best) + parts.remove(best + 1));
    }
  }
}
