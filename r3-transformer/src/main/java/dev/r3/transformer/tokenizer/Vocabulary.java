package dev.r3.transformer.tokenizer;

import dev.r3.tensor.io.DataException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The model's tokens and the added ones, by id and by name. */
final class Vocabulary {
  private final String file;
  private final Map<String, Integer> idByToken;
  private final @Nullable String[] tokenById;
  private final List<AddedToken> added = new ArrayList<>();
  private final boolean[] special;

  private Vocabulary(TokenizerJson json) {
    file = json.root().file();
    idByToken = new HashMap<>(json.vocabulary());
    JsonValue addedTokens = json.root().get("added_tokens");
    if (!addedTokens.isAbsent()) {
      for (JsonValue element : addedTokens.elements()) {
        add(element);
      }
    }
    int size = 1 + idByToken.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    tokenById = new @Nullable String[size];
    special = new boolean[size];
    idByToken.forEach(this::index);
    for (AddedToken token : added) {
      special[token.id()] |= token.special();
    }
  }

  static Vocabulary of(TokenizerJson json) {
    if (json.vocabulary().isEmpty()) {
      throw json.root().get("model").get("vocab").expected("an object of tokens and their ids");
    }
    return new Vocabulary(json);
  }

  int size() {
    return tokenById.length;
  }

  List<AddedToken> added() {
    return added;
  }

  OptionalInt id(String token) {
    Integer id = idByToken.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The token of an id, or null if there is none. */
  @Nullable String token(int id) {
    return id >= 0 && id < tokenById.length ? tokenById[id] : null;
  }

  boolean isSpecial(int id) {
    return special[id];
  }

  private void add(JsonValue json) {
    AddedToken token = AddedToken.of(json);
    if (token.content().isEmpty() || !WellFormed.is(token.content())) {
      throw json.get("content").expected("well-formed, non-empty text");
    }
    Integer known = idByToken.putIfAbsent(token.content(), token.id());
    if (known != null && known != token.id()) {
      throw json.get("id").expected("the id " + known + " that the vocabulary gives this token");
    }
    added.add(token);
  }

  private void index(String token, int id) {
    if (tokenById[id] != null) {
      throw new DataException(
          file
              + ": model.vocab: expected one token per id, got \""
              + tokenById[id]
              + "\" and \""
              + token
              + "\" for "
              + id);
    }
    tokenById[id] = token;
  }
}
