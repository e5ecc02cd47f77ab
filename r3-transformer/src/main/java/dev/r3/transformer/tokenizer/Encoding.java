package dev.r3.transformer.tokenizer;

/**
 * A text as a model reads it.
 *
 * @param ids token ids, special tokens included
 * @param typeIds which segment each token belongs to: 0, or 1 for the second text of a pair
 * @param truncatedTokens how many content tokens were cut to stay within the limit
 */
public record Encoding(int[] ids, int[] typeIds, int truncatedTokens) {
  public int length() {
    return ids.length;
  }
}
