package dev.r3.transformer.tokenizer;

import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Turns text into token ids and back. Immutable and safe for use by many threads.
 *
 * <p>A {@code tokenizer.json} may also carry a truncation and a padding of its own. Both are kept
 * by {@link #save} and otherwise unused: the caller gives the limit, and batches are packed, not
 * padded. An unpaired surrogate in a text is read as U+FFFD.
 */
public interface Tokenizer {
  /**
   * One text with the special tokens of a single sequence.
   *
   * @param maxTokens most ids to return, special tokens included; the text loses its end
   * @throws IllegalArgumentException if the special tokens alone exceed {@code maxTokens}
   */
  Encoding encode(String text, int maxTokens);

  /**
   * Two texts with the special tokens of a pair. Above {@code maxTokens} the longer text loses its
   * end first; when both are longer than half of the room, each keeps half (the longer one the odd
   * token).
   *
   * @throws IllegalArgumentException if the special tokens alone exceed {@code maxTokens}
   */
  Encoding encodePair(String first, String second, int maxTokens);

  /** The ids of a text alone: nothing added, nothing cut. */
  int[] encodePlain(String text);

  /**
   * Text for ids.
   *
   * @throws IllegalArgumentException if an id has no token
   */
  String decode(int[] ids, boolean skipSpecialTokens);

  /** One more than the largest id: the rows that an embedding matrix needs. */
  int vocabularySize();

  /** The id of a token as the vocabulary spells it, e.g. {@code ##ing} or {@code [CLS]}. */
  OptionalInt tokenId(String token);

  /**
   * Writes {@code tokenizer.json} into a folder, made if need be, with everything that was read.
   *
   * @throws java.io.UncheckedIOException if that fails
   */
  void save(Path directory);
}
