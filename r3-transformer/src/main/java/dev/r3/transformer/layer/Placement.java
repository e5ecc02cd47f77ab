package dev.r3.transformer.layer;

import dev.r3.tensor.Sequences;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the tokens of a packed batch stand and what they see.
 *
 * @param tokens the batch's own tokens
 * @param positions of every token in its text, from 0
 * @param keys what each sequence sees: a shared prefix, where there is one, then its own tokens
 * @param keyRows for every row of {@code keys}, its row among the prefix and the batch one below
 *     the other; null without a prefix
 */
public record Placement(
    Sequences tokens, int[] positions, Sequences keys, int @Nullable [] keyRows) {

  /** Whole texts. */
  public static Placement of(Sequences texts) {
    return new Placement(texts, texts.positions(), texts, null);
  }

  /** The last token of each sequence alone, which sees the same. */
  public Placement ofLast() {
    int[] last = Arrays.stream(tokens.lastRows()).map(row -> positions[row]).toArray();
    return new Placement(Sequences.ofOneEach(last.length), last, keys, keyRows);
  }

  /** Continuations of one text of {@code prefix} tokens. */
  public static Placement after(int prefix, Sequences continuations) {
    int[] lengths = new int[continuations.count()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = prefix + continuations.length(i);
    }
    Sequences keys = Sequences.ofLengths(lengths);
    int[] positions = continuations.positions();
    for (int i = 0; i < positions.length; i++) {
      positions[i] += prefix;
    }
    int[] rows = keys.positions(); // right already where a sequence's row is of the prefix
    for (int i = 0; i < lengths.length; i++) {
      for (int row = keys.start(i) + prefix; row < keys.end(i); row++) {
        rows[row] += continuations.start(i);
      }
    }
    return new Placement(continuations, positions, keys, rows);
  }
}
