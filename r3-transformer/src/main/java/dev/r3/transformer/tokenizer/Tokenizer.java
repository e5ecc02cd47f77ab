package dev.r3.transformer.tokenizer;

import java.nio.file.Path;
import java.util.OptionalInt;

/** Text to token ids and back, exactly as the Hugging Face tokenizer of the same tokenizer.json. */
public interface Tokenizer {
  /**
   * One text with the model's special tokens.
   *
   * @param maxTokens limit including special tokens; content beyond it is cut at the end
   */
  Encoding encode(String text, int maxTokens);

  /** Two texts as one input; beyond {@code maxTokens} the longer one is cut first. */
  Encoding encodePair(String first, String second, int maxTokens);

  /** The ids of the text alone, without special tokens and without a limit. */
  int[] encodePlain(String text);

  /**
   * @param skipSpecialTokens leaves out tokens such as [CLS]
   */
  String decode(int[] ids, boolean skipSpecialTokens);

  int vocabularySize();

  /** The id of a token of the vocabulary or of the added tokens. */
  OptionalInt tokenId(String token);

  /** Writes tokenizer.json, so that reading it gives this tokenizer again. */
  void save(Path directory);
}
