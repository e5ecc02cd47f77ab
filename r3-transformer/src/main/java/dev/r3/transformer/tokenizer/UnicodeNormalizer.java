package dev.r3.transformer.tokenizer;

import java.text.Normalizer;
import java.util.function.UnaryOperator;

/** Unicode normal forms as the {@code normalizer} of a byte-pair tokenizer. */
final class UnicodeNormalizer {
  private static final String SUPPORTED = "null, NFC, NFD, NFKC, NFKD or a Sequence of these";

  private UnicodeNormalizer() {}

  /** Reads {@code normalizer}. */
  static UnaryOperator<String> of(JsonValue json) {
    if (json.isAbsent()) {
      return UnaryOperator.identity();
    }
    return switch (json.type()) {
      case "NFC" -> text -> Normalizer.normalize(text, Normalizer.Form.NFC);
      case "NFD" -> text -> Normalizer.normalize(text, Normalizer.Form.NFD);
      case "NFKC" -> text -> Normalizer.normalize(text, Normalizer.Form.NFKC);
      case "NFKD" -> text -> Normalizer.normalize(text, Normalizer.Form.NFKD);
      case "Sequence" -> sequence(json.get("normalizers"));
      default -> throw json.get("type").expected(SUPPORTED);
    };
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
