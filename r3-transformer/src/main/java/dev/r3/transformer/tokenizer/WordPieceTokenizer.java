package dev.r3.transformer.tokenizer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.r3.tensor.io.DataException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/** BERT's tokenizer: BertNormalizer, BertPreTokenizer, WordPiece. */
public final class WordPieceTokenizer implements Tokenizer {
  private static final int MAX_TOKEN_LENGTH = 1000;
  private static final int MAX_VOCABULARY_CHARACTERS = 1 << 24;

  private final TokenizerJson json;
  private final Pipeline pipeline;
  private final BertNormalizer normalizer;

  private WordPieceTokenizer(TokenizerJson json, Pipeline pipeline, BertNormalizer normalizer) {
    this.json = json;
    this.pipeline = pipeline;
    this.normalizer = normalizer;
  }

  static WordPieceTokenizer of(TokenizerJson json) {
    JsonValue root = json.root();
    JsonValue preTokenizer = root.get("pre_tokenizer");
    if (!preTokenizer.type().equals("BertPreTokenizer")) {
      throw preTokenizer.get("type").expected("BertPreTokenizer");
    }
    BertNormalizer normalizer = BertNormalizer.of(root.get("normalizer"));
    Vocabulary vocabulary = Vocabulary.of(json);
    Pipeline pipeline =
        new Pipeline(
            vocabulary,
            normalizer::apply,
            model(json),
            PostProcessor.of(root.get("post_processor"), vocabulary),
            WordPieceDecoder.of(root.get("decoder")));
    return new WordPieceTokenizer(json, pipeline, normalizer);
  }

  /**
   * This tokenizer with lower-casing, for a model that was trained on lower-cased text while its
   * {@code tokenizer.json} says otherwise. As in BERT, accents go with the case unless the file
   * says explicitly whether they go; {@link #save} writes both settings explicitly.
   */
  public WordPieceTokenizer withLowerCase() {
    if (normalizer.lowercase()) {
      return this;
    }
    return of(
        json.with(
            document -> {
              ObjectNode settings = (ObjectNode) document.get("normalizer");
              settings.put("lowercase", true);
              if (json.root().get("normalizer").get("strip_accents").isAbsent()) {
                settings.put("strip_accents", true);
              }
            }));
  }

  @Override
  public Encoding encode(String text, int maxTokens) {
    return pipeline.encode(text, maxTokens);
  }

  @Override
  public Encoding encodePair(String first, String second, int maxTokens) {
    return pipeline.encodePair(first, second, maxTokens);
  }

  @Override
  public int[] encodePlain(String text) {
    return pipeline.encodePlain(text);
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    return pipeline.decode(ids, skipSpecialTokens);
  }

  @Override
  public int vocabularySize() {
    return pipeline.vocabulary().size();
  }

  @Override
  public OptionalInt tokenId(String token) {
    return pipeline.vocabulary().id(token);
  }

  @Override
  public void save(Path directory) {
    json.save(directory);
  }

  private static WordPieceModel model(TokenizerJson json) {
    JsonValue model = json.root().get("model");
    JsonValue unknown = model.get("unk_token");
    Integer unknownId = json.vocabulary().get(unknown.text());
    if (unknownId == null) {
      throw unknown.expected("a token of model.vocab");
    }
    JsonValue prefix = model.get("continuing_subword_prefix");
    JsonValue maxCharacters = model.get("max_input_chars_per_word");
    return new WordPieceModel(
        trie(json),
        prefix.isAbsent() ? "##" : prefix.text(),
        unknownId,
        maxCharacters.isAbsent() ? 100 : maxCharacters.integer(0, Integer.MAX_VALUE));
  }

  private static Trie trie(TokenizerJson json) {
    String where = json.root().file() + ": model.vocab: expected ";
    long characters = 0;
    for (String token : json.vocabulary().keySet()) {
      if (token.length() > MAX_TOKEN_LENGTH || !WellFormed.is(token)) {
        throw new DataException(
            where
                + "well-formed tokens of at most "
                + MAX_TOKEN_LENGTH
                + " characters, got one of "
                + token.length()
                + " with id "
                + json.vocabulary().get(token));
      }
      characters += token.length();
    }
    if (characters > MAX_VOCABULARY_CHARACTERS) {
      throw new DataException(
          where
              + "at most "
              + MAX_VOCABULARY_CHARACTERS
              + " characters in all tokens, got "
              + characters);
    }
    Trie trie = new Trie((int) characters / 2);
    for (Map.Entry<String, Integer> token : json.vocabulary().entrySet()) {
      trie.put(token.getKey(), token.getValue());
    }
    return trie;
  }
}
