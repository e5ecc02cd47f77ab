package dev.r3.transformer.tokenizer;

/**
 * A text, or a pair of texts, as a model reads it. The arrays are the caller's to keep.
 *
 * @param ids token ids, special tokens included
 * @param typeIds segment of each token: as long as {@code ids}
 * @param truncatedTokens how many tokens of the text were cut to keep within the limit; special
 *     tokens are never cut
 */
public record Encoding(int[] ids, int[] typeIds, int truncatedTokens) {
  public Encoding {
    if (ids.length != typeIds.length) {
      throw new IllegalArgumentException(
          "Encoding: expected as many type ids as ids, got "
              + typeIds.length
              + " for "
              + ids.length
              + " ids");
    }
    if (truncatedTokens < 0) {
      throw new IllegalArgumentException(
          "Encoding: expected truncatedTokens >= 0, got " + truncatedTokens);
    }
  }

  /** Number of tokens. */
  public int length() {
    return ids.length;
  }
}
