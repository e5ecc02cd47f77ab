package dev.r3.transformer;

import dev.r3.tensor.Sequences;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.List;

/**
 * Several tokenised texts packed one after the other, without padding.
 *
 * @param ids token ids of all texts, [tokens]
 * @param typeIds segment of each token, [tokens]
 * @param sequences which tokens belong to which text
 */
public record TokenBatch(int[] ids, int[] typeIds, Sequences sequences) {
  public static TokenBatch of(List<Encoding> texts) {
    Sequences sequences = Sequences.ofLengths(texts.stream().mapToInt(Encoding::length).toArray());
    int[] ids = new int[sequences.tokens()];
    int[] typeIds = new int[sequences.tokens()];
    for (int i = 0; i < texts.size(); i++) {
      System.arraycopy(texts.get(i).ids(), 0, ids, sequences.start(i), sequences.length(i));
      System.arraycopy(texts.get(i).typeIds(), 0, typeIds, sequences.start(i), sequences.length(i));
    }
    return new TokenBatch(ids, typeIds, sequences);
  }

  public int tokens() {
    return ids.length;
  }
}
