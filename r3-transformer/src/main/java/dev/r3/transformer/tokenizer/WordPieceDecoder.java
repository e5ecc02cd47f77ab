package dev.r3.transformer.tokenizer;

import java.util.List;

/**
 * Joins WordPiece tokens with spaces, continuations without.
 *
 * @param prefix what marks a continuation
 * @param cleanup takes back the spaces that English does not put, token by token
 */
record WordPieceDecoder(String prefix, boolean cleanup) implements TokenDecoder {

  /** Reads {@code decoder}. */
  static TokenDecoder of(JsonValue json) {
    if (json.isAbsent()) {
      return tokens -> String.join(" ", tokens);
    }
    if (!json.type().equals("WordPiece")) {
      throw json.get("type").expected("WordPiece");
    }
    JsonValue prefix = json.get("prefix");
    return new WordPieceDecoder(
        prefix.isAbsent() ? "##" : prefix.text(), json.get("cleanup").bool(true));
  }

  @Override
  public String decode(List<String> tokens) {
    StringBuilder text = new StringBuilder();
    boolean first = true;
    for (String token : tokens) {
      String piece = token;
      if (!first) {
        piece = token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
      }
      text.append(cleanup ? cleanUp(piece) : piece);
      first = false;
    }
    return text.toString();
  }

  private static String cleanUp(String piece) {
    return piece
        .replace(" .", ".")
        .replace(" ?", "?")
        .replace(" !", "!")
        .replace(" ,", ",")
        .replace(" ' ", "'")
        .replace(" n't", "n't")
        .replace(" 'm", "'m")
        .replace(" do not", " don't")
        .replace(" 's", "'s")
        .replace(" 've", "'ve")
        .replace(" 're", "'re");
  }
}
