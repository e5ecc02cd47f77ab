package dev.r3.transformer.tokenizer;

import org.jspecify.annotations.Nullable;

/**
 * Ids of words seen before. Each word has one place, and a newer word takes it over, so the cache
 * never grows. Threads share it without locks: an entry never changes, and a lost one is computed
 * again.
 */
final class WordCache {
  private static final int PLACES = 1 << 14;
  private static final int MAX_WORD_LENGTH = 32;

  private record Entry(String word, int[] ids) {}

  private final @Nullable Entry[] entries = new @Nullable Entry[PLACES];

  /** The ids of a part of {@code text}, not to be changed; null if not known. */
  int @Nullable [] get(String text, int from, int to) {
    if (to - from > MAX_WORD_LENGTH) {
      return null;
    }
    Entry entry = entries[place(text, from, to)];
    return entry != null
            && entry.word().length() == to - from
            && text.startsWith(entry.word(), from)
        ? entry.ids()
        : null;
  }

  void put(String text, int from, int to, int[] ids) {
    if (to - from <= MAX_WORD_LENGTH) {
      entries[place(text, from, to)] = new Entry(text.substring(from, to), ids);
    }
  }

  private static int place(String text, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + text.charAt(i);
    }
    hash *= 0x9E3779B1;
    return hash >>> 18;
  }
}
