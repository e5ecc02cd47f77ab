package dev.r3.transformer;

import dev.r3.transformer.tokenizer.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cuts many texts into batches of bounded size, so that memory does not depend on their number.
 *
 * @param tokens of a batch at most; a longer text makes a batch of its own
 */
public record TokenBudget(int tokens) {
  /** Large enough for full-speed matrix products, small enough to stay in cache. */
  public static final TokenBudget DEFAULT = new TokenBudget(2048);

  public TokenBudget {
    if (tokens < 1) {
      throw new IllegalArgumentException("TokenBudget: expected at least 1 token, got " + tokens);
    }
  }

  /** Indices of the texts of each batch; texts of like length come together. */
  public List<int[]> batches(List<Encoding> texts) {
    int[] byLength =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> texts.get(i).length()))
            .mapToInt(Integer::intValue)
            .toArray();
    List<int[]> batches = new ArrayList<>();
    int start = 0;
    int sum = 0;
    for (int end = 0; end < byLength.length; end++) {
      int length = texts.get(byLength[end]).length();
      if (end > start && sum + length > tokens) {
        batches.add(Arrays.copyOfRange(byLength, start, end));
        start = end;
        sum = 0;
      }
      sum += length;
    }
    if (start < byLength.length) {
      batches.add(Arrays.copyOfRange(byLength, start, byLength.length));
    }
    return batches;
  }
}
