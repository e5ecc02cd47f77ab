package dev.r3.transformer.tokenizer;

import java.util.Arrays;

/** Strings with an int each, walked character by character. */
final class Trie {
  static final int ROOT = 0;

  /** No such node, or no value at a node. */
  static final int NONE = LongIntMap.ABSENT;

  private final LongIntMap children;
  private int[] values = new int[1024];
  private int nodes = 1;

  Trie(int expectedCharacters) {
    children = new LongIntMap(expectedCharacters);
    Arrays.fill(values, NONE);
  }

  /** The node behind {@code node} along {@code character}, or {@link #NONE}. */
  int child(int node, char character) {
    return children.get(edge(node, character));
  }

  /** The value of the string that ends at {@code node}, or {@link #NONE}. */
  int value(int node) {
    return values[node];
  }

  /** The node that a part of {@code text} leads to from the root, or {@link #NONE}. */
  int walk(String text, int from, int to) {
    int node = ROOT;
    for (int i = from; i < to && node != NONE; i++) {
      node = child(node, text.charAt(i));
    }
    return node;
  }

  void put(String text, int value) {
    int node = ROOT;
    for (int i = 0; i < text.length(); i++) {
      int next = child(node, text.charAt(i));
      if (next == NONE) {
        next = addNode();
        children.put(edge(node, text.charAt(i)), next);
      }
      node = next;
    }
    values[node] = value;
  }

  private int addNode() {
    if (nodes == values.length) {
      values = Arrays.copyOf(values, 2 * nodes);
      Arrays.fill(values, nodes, values.length, NONE);
    }
    return nodes++;
  }

  private static long edge(int node, char character) {
    return (long) node << Character.SIZE | character;
  }
}
