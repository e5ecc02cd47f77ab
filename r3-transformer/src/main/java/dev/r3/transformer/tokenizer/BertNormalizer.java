package dev.r3.transformer.tokenizer;

import java.text.Normalizer;

/**
 * BERT's normalisation (Devlin et al. 2019, {@code tokenization.py}), as Hugging Face's {@code
 * BertNormalizer} has it.
 *
 * @param cleanText drops control characters and turns all whitespace into spaces
 * @param handleChineseChars puts spaces around Chinese characters
 * @param stripAccents decomposes and drops combining marks
 * @param lowercase lower-cases each character on its own: no final sigma, no locale
 */
record BertNormalizer(
    boolean cleanText, boolean handleChineseChars, boolean stripAccents, boolean lowercase) {

  /** The one character whose lower case is two. */
  private static final int CAPITAL_I_WITH_DOT = 0x130;

  /** Below this no character decomposes or combines. */
  private static final int FIRST_DECOMPOSABLE = 0xC0;

  /** Reads {@code normalizer}; {@code strip_accents} follows {@code lowercase} where it is null. */
  static BertNormalizer of(JsonValue json) {
    if (!json.type().equals("BertNormalizer")) {
      throw json.get("type").expected("BertNormalizer");
    }
    boolean lowercase = json.get("lowercase").bool(true);
    return new BertNormalizer(
        json.get("clean_text").bool(true),
        json.get("handle_chinese_chars").bool(true),
        json.get("strip_accents").bool(lowercase),
        lowercase);
  }

  String apply(String text) {
    StringBuilder cleaned = new StringBuilder(text.length() + 16);
    boolean decomposable = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      int classes = CharacterClasses.of(c);
      decomposable |= c >= FIRST_DECOMPOSABLE;
      if (cleanText && (classes & CharacterClasses.REMOVED) != 0) {
        continue;
      }
      if (cleanText && (classes & CharacterClasses.WHITESPACE) != 0) {
        cleaned.append(' ');
      } else if (handleChineseChars && (classes & CharacterClasses.CHINESE) != 0) {
        cleaned.append(' ').appendCodePoint(c).append(' ');
      } else if (lowercase && !stripAccents) {
        appendLowerCase(cleaned, c);
      } else {
        cleaned.appendCodePoint(c);
      }
    }
    if (!stripAccents) {
      return cleaned.toString();
    }
    return strip(
        decomposable ? UnicodeNormalizer.normalize(cleaned, Normalizer.Form.NFD) : cleaned);
  }

  private String strip(CharSequence decomposed) {
    StringBuilder stripped = new StringBuilder(decomposed.length());
    for (int i = 0; i < decomposed.length(); ) {
      int c = Character.codePointAt(decomposed, i);
      i += Character.charCount(c);
      if ((CharacterClasses.of(c) & CharacterClasses.NONSPACING) != 0) {
        continue;
      }
      if (lowercase) {
        appendLowerCase(stripped, c);
      } else {
        stripped.appendCodePoint(c);
      }
    }
    return stripped.toString();
  }

  private static void appendLowerCase(StringBuilder out, int c) {
    if (c < 0x80) {
      out.append((char) (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c));
    } else if (c == CAPITAL_I_WITH_DOT) {
      out.append("i\u0307");
    } else {
      out.appendCodePoint(Character.toLowerCase(c));
    }
  }
}
