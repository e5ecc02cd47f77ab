package dev.r3.transformer.tokenizer;

import java.util.Arrays;
import java.util.List;

/** Special tokens and sequences in the order in which a model wants them. */
record Template(List<Piece> pieces) {

  /**
   * Part of a template: one of the two sequences, or special tokens.
   *
   * @param sequence 0 for the first, 1 for the second, {@link #SPECIAL} for special tokens
   * @param specialIds the special tokens; empty for a sequence
   * @param typeId segment of all tokens of the piece
   */
  record Piece(int sequence, int[] specialIds, int typeId) {
    private static final int SPECIAL = -1;

    static Piece sequence(int which, int typeId) {
      return new Piece(which, new int[0], typeId);
    }

    static Piece special(int[] ids, int typeId) {
      return new Piece(SPECIAL, ids, typeId);
    }
  }

  Template {
    pieces = List.copyOf(pieces);
  }

  int specialTokens() {
    return pieces.stream().mapToInt(piece -> piece.specialIds().length).sum();
  }

  /** How often a sequence occurs. */
  int count(int sequence) {
    return (int) pieces.stream().filter(piece -> piece.sequence() == sequence).count();
  }

  /** The template with the beginnings of two sequences in their places. */
  Encoding fill(IntList first, int keptFirst, IntList second, int keptSecond) {
    int[] ids = new int[specialTokens() + keptFirst + keptSecond];
    int[] typeIds = new int[ids.length];
    int at = 0;
    for (Piece piece : pieces) {
      int from = at;
      if (piece.sequence() == 0) {
        first.copyTo(ids, at, keptFirst);
        at += keptFirst;
      } else if (piece.sequence() == 1) {
        second.copyTo(ids, at, keptSecond);
        at += keptSecond;
      } else {
        System.arraycopy(piece.specialIds(), 0, ids, at, piece.specialIds().length);
        at += piece.specialIds().length;
      }
      Arrays.fill(typeIds, from, at, piece.typeId());
    }
    int truncated = first.size() - keptFirst + second.size() - keptSecond;
    return new Encoding(ids, typeIds, truncated);
  }
}
