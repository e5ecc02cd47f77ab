package dev.r3.transformer;

import dev.r3.transformer.tokenizer.Encoding;
import java.util.List;
import org.slf4j.Logger;

/** Says when texts were cut to a model's limit. */
final class Truncation {
  private Truncation() {}

  static void report(Logger log, String what, List<Encoding> texts) {
    long cut = texts.stream().filter(text -> text.truncatedTokens() > 0).count();
    if (cut > 0) {
      long tokens = texts.stream().mapToLong(Encoding::truncatedTokens).sum();
      log.info(
          "{} of {} {} were longer than the model's limit and were cut ({} tokens in all)",
          cut,
          texts.size(),
          what,
          tokens);
    }
  }
}
