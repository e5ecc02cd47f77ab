package dev.r3.retrieve.index;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of a text in UTF-8, as four big-endian numbers. */
record TextDigest(long a, long b, long c, long d) {
  /** Numbers in a digest. */
  static final int LONGS = 4;

  static TextDigest of(String text) {
    return of(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** A finished SHA-256. */
  static TextDigest of(byte[] sha256) {
    ByteBuffer bytes = ByteBuffer.wrap(sha256);
    return new TextDigest(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("TextDigest: expected a JDK with SHA-256, got none", e);
    }
  }

  String hex() {
    return "%016x%016x%016x%016x".formatted(a, b, c, d);
  }
}
