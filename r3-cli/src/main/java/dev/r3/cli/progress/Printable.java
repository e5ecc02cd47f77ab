package dev.r3.cli.progress;

import java.util.PrimitiveIterator;

/**
 * Text that comes from files, made safe and even for a terminal. A skill's name could hold escape
 * sequences that move the cursor, and marks that turn the direction of writing around.
 */
public final class Printable {
  private Printable() {}

  /** The text with every character that a terminal obeys as a backslash, a u and its number. */
  public static String text(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            character -> {
              if (isOrder(character)) {
                safe.append("\\u%04x".formatted(character));
              } else {
                safe.appendCodePoint(character);
              }
            });
    return safe.toString();
  }

  /** The same, filled with blanks up to so many columns; Chinese characters take two. */
  public static String padded(String text, int columns) {
    String safe = text(text);
    return safe + " ".repeat(Math.max(0, columns - width(safe)));
  }

  private static boolean isOrder(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      // Joiners are a part of many scripts and of emoji: only what changes the direction.
      case Character.FORMAT ->
          (character >= 0x202A && character <= 0x202E)
              || (character >= 0x2066 && character <= 0x2069)
              || character == 0x200E
              || character == 0x200F
              || character == 0x061C;
      default -> false;
    };
  }

  private static int width(String text) {
    int width = 0;
    PrimitiveIterator.OfInt characters = text.codePoints().iterator();
    while (characters.hasNext()) {
      width += width(characters.nextInt());
    }
    return width;
  }

  private static int width(int character) {
    return switch (Character.getType(character)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      default -> isWide(character) ? 2 : 1;
    };
  }

  /** Han, kana, Hangul, full-width forms and pictures (the wide ones of UAX 11, roughly). */
  private static boolean isWide(int character) {
    return (character >= 0x1100 && character <= 0x115F)
        || (character >= 0x2E80 && character <= 0xA4CF)
        || (character >= 0xAC00 && character <= 0xD7A3)
        || (character >= 0xF900 && character <= 0xFAFF)
        || (character >= 0xFE30 && character <= 0xFE6F)
        || (character >= 0xFF00 && character <= 0xFF60)
        || (character >= 0xFFE0 && character <= 0xFFE6)
        || (character >= 0x1F300 && character <= 0x1FAFF)
        || (character >= 0x20000 && character <= 0x3FFFD);
  }
}
