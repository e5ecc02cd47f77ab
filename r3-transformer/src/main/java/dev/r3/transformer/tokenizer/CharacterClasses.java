package dev.r3.transformer.tokenizer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What kind of character a code point is, as Hugging Face's library has it.
 *
 * <p>The JDK's own tables will not do: they follow the JDK's Unicode version, the library's parts
 * follow others, and a combining mark newer than the library's table has to stay where it is. The
 * table is {@code character-classes.txt} beside this class.
 */
final class CharacterClasses {
  /** Dropped by {@code clean_text}: control, format and private-use characters, and U+FFFD. */
  static final int REMOVED = 1;

  /** Dropped by {@code strip_accents}. */
  static final int NONSPACING = 1 << 1;

  /** A word of its own for {@code BertPreTokenizer}. */
  static final int PUNCTUATION = 1 << 2;

  static final int WHITESPACE = 1 << 3;

  /** {@code \p{L}}. */
  static final int LETTER = 1 << 4;

  /** {@code \p{N}}. */
  static final int NUMBER = 1 << 5;

  /** A Chinese character in the sense of {@code handle_chinese_chars}. */
  static final int CHINESE = 1 << 6;

  /** {@code \w}. */
  static final int WORD = 1 << 7;

  /** Normalised by newer versions of Unicode, but not by the library. */
  static final int NEWER = 1 << 8;

  private static final Map<String, Integer> NAMES =
      Map.of(
          "removed", REMOVED,
          "nonspacing", NONSPACING,
          "punctuation", PUNCTUATION,
          "whitespace", WHITESPACE,
          "letter", LETTER,
          "number", NUMBER,
          "word", WORD,
          "newer", NEWER);

  private static final short[] CLASSES = load("character-classes.txt");

  private CharacterClasses() {}

  /** All classes of a code point, as bits. */
  static int of(int codePoint) {
    return CLASSES[codePoint];
  }

  static boolean isWhitespace(int codePoint) {
    return (CLASSES[codePoint] & WHITESPACE) != 0;
  }

  private static short[] load(String resource) {
    short[] classes = new short[Character.MAX_CODE_POINT + 1];
    try (InputStream in = CharacterClasses.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            resource + ": expected it beside " + CharacterClasses.class.getName());
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          mark(classes, line.split(" "));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(resource + ": expected to read it, got " + e, e);
    }
    markChinese(classes);
    return classes;
  }

  private static void mark(short[] classes, String[] nameAndRanges) {
    Integer bit = NAMES.get(nameAndRanges[0]);
    if (bit == null) {
      throw new IllegalStateException(
          "character-classes.txt: expected one of " + NAMES.keySet() + ", got " + nameAndRanges[0]);
    }
    for (int i = 1; i < nameAndRanges.length; i++) {
      int dash = nameAndRanges[i].indexOf('-');
      String from = dash < 0 ? nameAndRanges[i] : nameAndRanges[i].substring(0, dash);
      String to = nameAndRanges[i].substring(dash + 1);
      markRange(classes, Integer.parseInt(from, 16), Integer.parseInt(to, 16), bit);
    }
  }

  /** U+2B820 to U+2B91F are missing in the library too. */
  private static void markChinese(short[] classes) {
    markRange(classes, 0x3400, 0x4DBF, CHINESE);
    markRange(classes, 0x4E00, 0x9FFF, CHINESE);
    markRange(classes, 0xF900, 0xFAFF, CHINESE);
    markRange(classes, 0x20000, 0x2A6DF, CHINESE);
    markRange(classes, 0x2A700, 0x2B81F, CHINESE);
    markRange(classes, 0x2B920, 0x2CEAF, CHINESE);
    markRange(classes, 0x2F800, 0x2FA1F, CHINESE);
  }

  private static void markRange(short[] classes, int from, int to, int bit) {
    for (int codePoint = from; codePoint <= to; codePoint++) {
      classes[codePoint] |= (short) bit;
    }
  }
}
