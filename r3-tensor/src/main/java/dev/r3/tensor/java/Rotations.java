package dev.r3.tensor.java;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Cosines and sines of the rotary embedding, kept by head size and theta and grown as needed. */
final class Rotations {
  /** cos and sin [positions, headSize / 2]. */
  record Table(int positions, float[] cos, float[] sin) {}

  private record Key(int headSize, double theta) {}

  private final Map<Key, Table> tables = new ConcurrentHashMap<>();

  /** A table of the positions from 0, at least {@code positions} of them. */
  Table table(int positions, int headSize, double theta) {
    Key key = new Key(headSize, theta);
    Table present = tables.get(key);
    if (present == null || present.positions() < positions) {
      present = compute(0, Math.max(positions + positions / 2, 128), headSize, theta);
      tables.put(key, present);
    }
    return present;
  }

  /** A table of one position only. */
  static Table single(int position, int headSize, double theta) {
    return compute(position, 1, headSize, theta);
  }

  private static Table compute(int first, int positions, int headSize, double theta) {
    int half = headSize / 2;
    float[] cos = new float[Math.multiplyExact(positions, half)];
    float[] sin = new float[cos.length];
    for (int i = 0; i < half; i++) {
      double frequency = Math.pow(theta, -2.0 * i / headSize);
      for (int row = 0; row < positions; row++) {
        double angle = (first + row) * frequency;
        cos[row * half + i] = (float) Math.cos(angle);
        sin[row * half + i] = (float) Math.sin(angle);
      }
    }
    return new Table(positions, cos, sin);
  }
}
