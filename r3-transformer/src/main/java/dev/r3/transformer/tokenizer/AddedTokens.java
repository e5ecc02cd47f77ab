package dev.r3.transformer.tokenizer;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Finds added tokens in a text: the leftmost first and, of those that start together, the longest.
 */
final class AddedTokens {
  /** What a text consists of: added tokens, and the pieces between them. */
  interface Parts {
    void token(int id);

    /** A piece that is not empty. */
    void text(int from, int to);
  }

  private final Trie trie = new Trie(0);
  private final BitSet firstCharacters = new BitSet();
  private final Map<Integer, AddedToken> byId = new HashMap<>();

  /**
   * @param spelling how the text that is searched spells a token's content
   */
  AddedTokens(List<AddedToken> tokens, UnaryOperator<String> spelling) {
    for (AddedToken token : tokens) {
      String spelled = spelling.apply(token.content());
      if (!spelled.isEmpty()) {
        trie.put(spelled, token.id());
        firstCharacters.set(spelled.charAt(0));
        byId.put(token.id(), token);
      }
    }
  }

  void split(String text, Parts parts) {
    int done = 0;
    int at = 0;
    while (at < text.length()) {
      int matched = firstCharacters.get(text.charAt(at)) ? longestMatch(text, at) : 0;
      if (matched == 0) {
        at++;
        continue;
      }
      int end = at + matched;
      AddedToken token = byId.get(trie.value(trie.walk(text, at, end)));
      if (token != null && (!token.singleWord() || standsAlone(text, at, end))) {
        // Whitespace that an earlier token took along is no longer there to take.
        int start = token.lstrip() ? Math.max(beforeWhitespace(text, at), done) : at;
        if (done < start) {
          parts.text(done, start);
        }
        parts.token(token.id());
        done = token.rstrip() ? afterWhitespace(text, end) : end;
      }
      at = end;
    }
    if (done < text.length()) {
      parts.text(done, text.length());
    }
  }

  /** How many characters the longest token at that place has; 0 if there is none. */
  private int longestMatch(String text, int from) {
    int longest = 0;
    int node = Trie.ROOT;
    for (int i = from; i < text.length(); i++) {
      node = trie.child(node, text.charAt(i));
      if (node == Trie.NONE) {
        break;
      }
      if (trie.value(node) != Trie.NONE) {
        longest = i + 1 - from;
      }
    }
    return longest;
  }

  private static boolean standsAlone(String text, int from, int to) {
    return (from == 0 || !isWordCharacter(text.codePointBefore(from)))
        && (to == text.length() || !isWordCharacter(text.codePointAt(to)));
  }

  private static boolean isWordCharacter(int codePoint) {
    return (CharacterClasses.of(codePoint) & CharacterClasses.WORD) != 0;
  }

  private static int beforeWhitespace(String text, int at) {
    int start = at;
    while (start > 0 && CharacterClasses.isWhitespace(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  private static int afterWhitespace(String text, int at) {
    int end = at;
    while (end < text.length() && CharacterClasses.isWhitespace(text.charAt(end))) {
      end++;
    }
    return end;
  }
}
