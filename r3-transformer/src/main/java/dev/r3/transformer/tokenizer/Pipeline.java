package dev.r3.transformer.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The way from text to ids and back that all kinds of tokenizers share: added tokens of the raw
 * text, normalisation of what is between them, added tokens of the normalised text, the model, and
 * at the end special tokens and truncation.
 */
final class Pipeline {
  private final Vocabulary vocabulary;
  private final AddedTokens rawTokens;
  private final UnaryOperator<String> normalizer;
  private final AddedTokens normalizedTokens;
  private final SubwordModel model;
  private final PostProcessor postProcessor;
  private final TokenDecoder decoder;

  Pipeline(
      Vocabulary vocabulary,
      UnaryOperator<String> normalizer,
      SubwordModel model,
      PostProcessor postProcessor,
      TokenDecoder decoder) {
    this.vocabulary = vocabulary;
    this.normalizer = normalizer;
    this.model = model;
    this.postProcessor = postProcessor;
    this.decoder = decoder;
    rawTokens =
        new AddedTokens(
            vocabulary.added().stream().filter(token -> !token.normalized()).toList(),
            UnaryOperator.identity());
    normalizedTokens =
        new AddedTokens(
            vocabulary.added().stream().filter(AddedToken::normalized).toList(), normalizer);
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  Encoding encode(String text, int maxTokens) {
    return postProcessor.single(tokenize(text), maxTokens);
  }

  Encoding encodePair(String first, String second, int maxTokens) {
    return postProcessor.pair(tokenize(first), tokenize(second), maxTokens);
  }

  int[] encodePlain(String text) {
    return tokenize(text).toArray();
  }

  String decode(int[] ids, boolean skipSpecialTokens) {
    List<String> tokens = new ArrayList<>(ids.length);
    for (int id : ids) {
      String token = vocabulary.token(id);
      if (token == null) {
        throw new IllegalArgumentException(
            "Tokenizer.decode: expected ids of a vocabulary of "
                + vocabulary.size()
                + " tokens, got "
                + id);
      }
      if (!skipSpecialTokens || !vocabulary.isSpecial(id)) {
        tokens.add(token);
      }
    }
    return decoder.decode(tokens);
  }

  private IntList tokenize(String text) {
    String wellFormed = WellFormed.of(text);
    IntList ids = new IntList();
    rawTokens.split(
        wellFormed,
        new AddedTokens.Parts() {
          @Override
          public void token(int id) {
            ids.add(id);
          }

          @Override
          public void text(int from, int to) {
            appendNormalized(normalizer.apply(wellFormed.substring(from, to)), ids);
          }
        });
    return ids;
  }

  private void appendNormalized(String text, IntList ids) {
    normalizedTokens.split(
        text,
        new AddedTokens.Parts() {
          @Override
          public void token(int id) {
            ids.add(id);
          }

          @Override
          public void text(int from, int to) {
            model.append(text.substring(from, to), ids);
          }
        });
  }
}
