package dev.r3.transformer.tokenizer;

import java.text.Normalizer;
import java.util.function.UnaryOperator;

/** Unicode normal forms, also as the {@code normalizer} of a byte-pair tokenizer. */
final class UnicodeNormalizer {
  private static final String SUPPORTED = "null, NFC, NFD, NFKC, NFKD or a Sequence of these";

  private UnicodeNormalizer() {}

  /** Reads {@code normalizer}. */
  static UnaryOperator<String> of(JsonValue json) {
    if (json.isAbsent()) {
      return UnaryOperator.identity();
    }
    return switch (json.type()) {
      case "NFC" -> text -> normalize(text, Normalizer.Form.NFC);
      case "NFD" -> text -> normalize(text, Normalizer.Form.NFD);
      case "NFKC" -> text -> normalize(text, Normalizer.Form.NFKC);
      case "NFKD" -> text -> normalize(text, Normalizer.Form.NFKD);
      case "Sequence" -> sequence(json.get("normalizers"));
      default -> throw json.get("type").expected(SUPPORTED);
    };
  }

  /**
   * The normal form as Hugging Face's library has it: characters that it does not know stay, and
   * nothing moves or joins across them.
   */
  static String normalize(CharSequence text, Normalizer.Form form) {
    int unknown = nextUnknown(text, 0);
    if (unknown == text.length()) {
      return Normalizer.normalize(text, form);
    }
    StringBuilder normalized = new StringBuilder(text.length());
    int from = 0;
    while (from < text.length()) {
      normalized.append(Normalizer.normalize(text.subSequence(from, unknown), form));
      from = unknown;
      if (from < text.length()) {
        int c = Character.codePointAt(text, from);
        normalized.appendCodePoint(c);
        from += Character.charCount(c);
        unknown = nextUnknown(text, from);
      }
    }
    return normalized.toString();
  }

  private static int nextUnknown(CharSequence text, int from) {
    int i = from;
    while (i < text.length()) {
      int c = Character.codePointAt(text, i);
      if ((CharacterClasses.of(c) & CharacterClasses.NEWER) != 0) {
        return i;
      }
      i += Character.charCount(c);
    }
    return i;
  }

  private static UnaryOperator<String> sequence(JsonValue json) {
    UnaryOperator<String> all = UnaryOperator.identity();
    for (JsonValue element : json.elements()) {
      UnaryOperator<String> before = all;
      UnaryOperator<String> next = of(element);
      all = text -> next.apply(before.apply(text));
    }
    return all;
  }
}
