package dev.r3.transformer.tokenizer;

/**
 * A token that is found in the text as it stands, before anything splits it.
 *
 * @param singleWord only where no word character touches it
 * @param lstrip takes the whitespace before it along
 * @param rstrip takes the whitespace after it along
 * @param normalized looked for in the normalised text instead of the raw one
 * @param special a control token such as {@code [SEP]}, left out of decoded text on request
 */
record AddedToken(
    int id,
    String content,
    boolean singleWord,
    boolean lstrip,
    boolean rstrip,
    boolean normalized,
    boolean special) {

  static AddedToken of(JsonValue json) {
    boolean special = json.get("special").bool(false);
    return new AddedToken(
        json.get("id").integer(0, TokenizerJson.MAX_ID),
        json.get("content").text(),
        json.get("single_word").bool(false),
        json.get("lstrip").bool(false),
        json.get("rstrip").bool(false),
        json.get("normalized").bool(!special),
        special);
  }
}
