package dev.r3.transformer.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Byte-level byte-pair encoding: words, their UTF-8 bytes as ids, merged. */
final class BytePairModel implements SubwordModel {
  private static final int BYTES = 256;

  private final ByteLevelSplit split;
  private final int[] idByByte = new int[BYTES];
  private final Merges merges;
  private final @Nullable Map<String, Integer> wholeWords;
  private final WordCache cache = new WordCache();

  BytePairModel(TokenizerJson json) {
    JsonValue model = json.root().get("model");
    requireAbsent(model.get("dropout"));
    requireAbsent(model.get("continuing_subword_prefix"));
    requireAbsent(model.get("end_of_word_suffix"));
    split = ByteLevelSplit.of(json.root().get("pre_tokenizer"));
    for (int b = 0; b < BYTES; b++) {
      Integer id = json.vocabulary().get(String.valueOf(ByteAlphabet.character(b)));
      if (id == null) {
        throw model
            .get("vocab")
            .expected("a token \"" + ByteAlphabet.character(b) + "\" for the byte " + b);
      }
      idByByte[b] = id;
    }
    merges = Merges.of(json);
    wholeWords = model.get("ignore_merges").bool(false) ? json.vocabulary() : null;
  }

  @Override
  public void append(String text, IntList ids) {
    String prefixed = split.addPrefixSpace() && text.charAt(0) != ' ' ? " " + text : text;
    split.split(prefixed, (from, to) -> appendWord(prefixed, from, to, ids));
  }

  private void appendWord(String text, int from, int to, IntList ids) {
    int[] wordIds = cache.get(text, from, to);
    if (wordIds == null) {
      wordIds = encodeWord(text.substring(from, to));
      cache.put(text, from, to, wordIds);
    }
    for (int id : wordIds) {
      ids.add(id);
    }
  }

  private int[] encodeWord(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    if (wholeWords != null) {
      Integer id = wholeWords.get(ByteAlphabet.encode(bytes));
      if (id != null) {
        return new int[] {id};
      }
    }
    int[] ids = new int[bytes.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = idByByte[bytes[i] & 0xFF];
    }
    return Arrays.copyOf(ids, merges.apply(ids, ids.length));
  }

  private static void requireAbsent(JsonValue option) {
    boolean empty = option.node().isTextual() && option.text().isEmpty();
    boolean zero = option.node().isNumber() && option.node().doubleValue() == 0;
    if (!option.isAbsent() && !empty && !zero) {
      throw option.expected("null");
    }
  }
}
