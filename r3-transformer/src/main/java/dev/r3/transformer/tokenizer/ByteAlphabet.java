package dev.r3.transformer.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * GPT-2's way to write any bytes as printable text (Radford et al. 2019): the printable characters
 * of Latin-1 stand for themselves, the other 68 bytes for U+0100 and on.
 */
final class ByteAlphabet {
  private static final int BYTES = 256;
  private static final int FIRST_STAND_IN = 0x100;
  private static final byte NEVER_IN_UTF_8 = (byte) 0xFF;

  private static final char[] CHARACTERS = characters();
  private static final short[] BYTE_BY_CHARACTER = bytesByCharacter();

  private ByteAlphabet() {}

  /** The character that stands for a byte, given as 0 to 255. */
  static char character(int unsignedByte) {
    return CHARACTERS[unsignedByte];
  }

  /** The bytes as text of the alphabet. */
  static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      text.append(CHARACTERS[b & 0xFF]);
    }
    return text.toString();
  }

  /**
   * Joins tokens to the text of their bytes, with U+FFFD where the bytes are no UTF-8. A token with
   * a character outside the alphabet is text as it is.
   */
  static String decode(List<String> tokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String token : tokens) {
      bytes.writeBytes(bytes(token));
    }
    byte[] all = bytes.toByteArray();
    for (int i = 0; i + 1 < all.length; i++) {
      // An encoded surrogate is three bad bytes to everyone but the JDK, which takes it for one.
      if ((all[i] & 0xFF) == 0xED && (all[i + 1] & 0xE0) == 0xA0) {
        all[i] = NEVER_IN_UTF_8;
      }
    }
    return new String(all, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = token.charAt(i);
      if (c >= BYTE_BY_CHARACTER.length || BYTE_BY_CHARACTER[c] < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) BYTE_BY_CHARACTER[c];
    }
    return bytes;
  }

  private static char[] characters() {
    char[] characters = new char[BYTES];
    int standIn = FIRST_STAND_IN;
    for (int b = 0; b < BYTES; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b != 0xAD);
      characters[b] = (char) (printable ? b : standIn++);
    }
    return characters;
  }

  private static short[] bytesByCharacter() {
    short[] bytes = new short[FIRST_STAND_IN + BYTES];
    Arrays.fill(bytes, (short) -1);
    for (int b = 0; b < BYTES; b++) {
      bytes[CHARACTERS[b]] = (short) b;
    }
    return bytes;
  }
}
