package dev.r3.transformer.tokenizer;

import java.nio.file.Path;
import java.util.OptionalInt;

/** Byte-level byte-pair encoding, as of GPT-2 and Qwen3. */
public final class BytePairTokenizer implements Tokenizer {
  private final TokenizerJson json;
  private final Pipeline pipeline;

  private BytePairTokenizer(TokenizerJson json, Pipeline pipeline) {
    this.json = json;
    this.pipeline = pipeline;
  }

  static BytePairTokenizer of(TokenizerJson json) {
    JsonValue root = json.root();
    Vocabulary vocabulary = Vocabulary.of(json);
    Pipeline pipeline =
        new Pipeline(
            vocabulary,
            UnicodeNormalizer.of(root.get("normalizer")),
            new BytePairModel(json),
            PostProcessor.of(root.get("post_processor"), vocabulary),
            decoder(root.get("decoder")));
    return new BytePairTokenizer(json, pipeline);
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

  private static TokenDecoder decoder(JsonValue json) {
    if (json.isAbsent()) {
      return tokens -> String.join(" ", tokens);
    }
    if (!json.type().equals("ByteLevel")) {
      throw json.get("type").expected("ByteLevel");
    }
    return ByteAlphabet::decode;
  }
}
