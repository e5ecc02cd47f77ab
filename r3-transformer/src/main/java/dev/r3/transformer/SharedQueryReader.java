package dev.r3.transformer;

import dev.r3.tensor.Backend;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.List;

/**
 * A reader of which all pairs of one query begin alike, so that the beginning need be computed only
 * once.
 */
public interface SharedQueryReader extends PairReader {

  /**
   * Pairs of one query.
   *
   * @param shared the tokens with which all begin
   * @param rests what comes after, pair by pair; at least one token
   */
  record Pairs(int[] shared, List<Encoding> rests) {}

  /** The pairs of {@link #tokenize}, in order, taken apart. */
  Pairs split(String query, List<String> skills, int maxTokens);

  /** One reading a pair, in order; as {@link #read} gives them, up to rounding. */
  float[] readAll(Backend backend, Pairs pairs);
}
