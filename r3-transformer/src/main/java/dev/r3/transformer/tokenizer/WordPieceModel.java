package dev.r3.transformer.tokenizer;

/**
 * WordPiece (Schuster and Nakajima 2012; BERT's greedy form): words between whitespace and
 * punctuation, each the longest known beginning, then the longest known continuation, and so on; a
 * word that does not come out is unknown as a whole.
 */
final class WordPieceModel implements SubwordModel {
  private final Trie trie;
  private final int continuation;
  private final int unknownId;
  private final int maxCharactersPerWord;

  /**
   * @param trie the vocabulary; continuations stand behind {@code continuingPrefix}
   * @param maxCharactersPerWord longer words, counted in code points, are unknown
   */
  WordPieceModel(Trie trie, String continuingPrefix, int unknownId, int maxCharactersPerWord) {
    this.trie = trie;
    this.continuation = trie.walk(continuingPrefix, 0, continuingPrefix.length());
    this.unknownId = unknownId;
    this.maxCharactersPerWord = maxCharactersPerWord;
  }

  @Override
  public void append(String text, IntList ids) {
    int wordStart = 0;
    int wordCharacters = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int next = i + Character.charCount(c);
      int separator =
          CharacterClasses.of(c) & (CharacterClasses.WHITESPACE | CharacterClasses.PUNCTUATION);
      if (separator == 0) {
        wordCharacters++;
      } else {
        appendWord(text, wordStart, i, wordCharacters, ids);
        if (separator == CharacterClasses.PUNCTUATION) {
          appendWord(text, i, next, 1, ids);
        }
        wordStart = next;
        wordCharacters = 0;
      }
      i = next;
    }
    appendWord(text, wordStart, text.length(), wordCharacters, ids);
  }

  private void appendWord(String text, int from, int to, int characters, IntList ids) {
    if (characters > maxCharactersPerWord) {
      ids.add(unknownId);
      return;
    }
    int before = ids.size();
    int start = from;
    while (start < to) {
      int node = start == from ? Trie.ROOT : continuation;
      int id = Trie.NONE;
      int end = start;
      for (int i = start; i < to && node != Trie.NONE; i++) {
        node = trie.child(node, text.charAt(i));
        if (node != Trie.NONE && trie.value(node) != Trie.NONE) {
          id = trie.value(node);
          end = i + 1;
        }
      }
      if (id == Trie.NONE) {
        ids.truncate(before);
        ids.add(unknownId);
        return;
      }
      ids.add(id);
      start = end;
    }
  }
}
