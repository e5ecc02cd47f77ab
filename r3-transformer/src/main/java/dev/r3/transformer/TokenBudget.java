package dev.r3.transformer;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
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

  /** What is computed of one batch. */
  @FunctionalInterface
  public interface Forward {
    /**
     * One row a text, [texts, columns].
     *
     * @param members their indices among all texts
     */
    Tensor apply(Pass pass, List<Encoding> texts, int[] members);
  }

  public TokenBudget {
    if (tokens < 1) {
      throw new IllegalArgumentException("TokenBudget: expected at least 1 token, got " + tokens);
    }
  }

  /** Indices of the texts of each batch; texts of like length come together. */
  public List<int[]> batches(List<Encoding> texts) {
    return batches(texts, 0);
  }

  /**
   * The same for texts that each see so many tokens more than their own.
   *
   * @param seen tokens whose keys and values every text brings along
   */
  public List<int[]> batches(List<Encoding> texts, int seen) {
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
      int length = seen + texts.get(byLength[end]).length();
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

  /**
   * Computes all texts batch by batch, each batch in a pass of its own.
   *
   * @param backend a root or the scope of a pass
   * @param seen as in {@link #batches(List, int)}
   * @return the row of each text, in the order of the texts
   */
  public float[][] rows(Backend backend, List<Encoding> texts, int seen, Forward forward) {
    float[][] rows = new float[texts.size()][];
    for (int[] members : batches(texts, seen)) {
      List<Encoding> batch = Arrays.stream(members).mapToObj(texts::get).toList();
      try (Pass pass = Pass.inference(backend)) {
        Tensor result = forward.apply(pass, batch, members);
        float[] packed = result.toFloats();
        int columns = result.size() / members.length;
        for (int i = 0; i < members.length; i++) {
          rows[members[i]] = Arrays.copyOfRange(packed, i * columns, (i + 1) * columns);
        }
      }
    }
    return rows;
  }
}
