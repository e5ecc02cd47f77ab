package dev.r3.transformer.qwen3;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Token ids of the texts asked for last, so that a skill is tokenised once and not once a query.
 * Safe for several threads.
 */
final class SkillIds {
  private final int maxIds;
  private final Map<String, int[]> known = new LinkedHashMap<>(16, 0.75f, true);
  private int kept;

  /**
   * @param maxIds kept of all texts together
   */
  SkillIds(int maxIds) {
    this.maxIds = maxIds;
  }

  /** The ids of a text, not to be changed. */
  int[] of(String text, Function<String, int[]> tokenize) {
    synchronized (this) {
      int[] ids = known.get(text);
      if (ids != null) {
        return ids;
      }
    }
    int[] ids = tokenize.apply(text); // two threads may do it at once, to the same end
    synchronized (this) {
      if (ids.length <= maxIds && known.putIfAbsent(text, ids) == null) {
        kept += ids.length;
        Iterator<int[]> longestUnused = known.values().iterator();
        while (kept > maxIds) {
          kept -= longestUnused.next().length;
          longestUnused.remove();
        }
      }
    }
    return ids;
  }
}
