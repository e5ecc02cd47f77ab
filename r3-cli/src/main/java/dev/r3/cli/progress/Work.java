package dev.r3.cli.progress;

/**
 * A loop that takes a while.
 *
 * @param title what it does, such as "train R3-Embedding"
 * @param start how many units were done before, when it goes on; else 0
 * @param total how many units there are, those done before included
 * @param unit what is counted, in the plural, such as "steps"
 */
public record Work(String title, long start, long total, String unit) {
  public Work {
    if (start < 0 || start > total) {
      throw new IllegalArgumentException(
          "Work(" + title + "): expected a start from 0 to " + total + ", got " + start);
    }
  }

  /** Work that begins at the beginning. */
  public static Work of(String title, long total, String unit) {
    return new Work(title, 0, total, unit);
  }
}
