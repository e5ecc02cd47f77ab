package dev.r3.transformer.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.r3.tensor.io.AtomicFiles;
import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A {@code tokenizer.json}: its bytes as they were, and what they say.
 *
 * @param root the document without {@code model.vocab} and {@code model.merges}, which are large
 * @param vocabulary {@code model.vocab}: id by token
 * @param merges {@code model.merges}, first one first; empty where there are none
 */
record TokenizerJson(
    byte[] bytes, JsonValue root, Map<String, Integer> vocabulary, List<Merge> merges) {

  /** Two tokens that byte-pair encoding joins. */
  record Merge(String left, String right) {}

  /** Ids above this would only make tables large: the largest known vocabularies hold 2^18. */
  static final int MAX_ID = (1 << 22) - 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  static TokenizerJson parse(String file, byte[] bytes) {
    try (JsonParser parser = MAPPER.createParser(bytes)) {
      return new Reader(file, parser).read(bytes);
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
      throw new DataException(
          file + line + ": expected a JSON document, got: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      // Nothing is read from outside here: what fails is the decoding of the bytes.
      throw new DataException(file + ": expected UTF-8, got: " + e.getMessage(), e);
    }
  }

  /** The same document after a change. */
  TokenizerJson with(Consumer<ObjectNode> change) {
    try {
      ObjectNode whole = (ObjectNode) MAPPER.readTree(bytes);
      change.accept(whole);
      return parse(root.file(), MAPPER.writeValueAsBytes(whole));
    } catch (IOException e) {
      throw new UncheckedIOException(root.file() + ": expected a JSON document, got " + e, e);
    }
  }

  /** {@code model.type}; old files leave it out and are told apart by what only one kind has. */
  String modelType() {
    JsonValue model = root.get("model");
    if (!model.get("type").isAbsent()) {
      return model.get("type").text();
    }
    if (!merges.isEmpty()) {
      return "BPE";
    }
    return model.get("max_input_chars_per_word").isAbsent() ? "" : "WordPiece";
  }

  void save(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(directory + ": expected to make the folder, got " + e, e);
    }
    AtomicFiles.write(directory.resolve("tokenizer.json"), out -> out.write(bytes));
  }

  /** One pass over the document; vocabulary and merges never become trees. */
  private static final class Reader {
    private final String file;
    private final JsonParser parser;
    private final ObjectNode root = JsonNodeFactory.instance.objectNode();
    private final Map<String, Integer> vocabulary = new HashMap<>();
    private final List<Merge> merges = new ArrayList<>();

    Reader(String file, JsonParser parser) {
      this.file = file;
      this.parser = parser;
    }

    TokenizerJson read(byte[] bytes) throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new DataException(file + ": expected a JSON object, got " + shown());
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        boolean object = parser.nextToken() == JsonToken.START_OBJECT;
        root.set(field, object && field.equals("model") ? readModel() : readTree());
      }
      if (parser.nextToken() != null) {
        throw new DataException(file + ": expected the end after the object, got " + shown());
      }
      return new TokenizerJson(bytes, new JsonValue(file, "", root), vocabulary, merges);
    }

    private ObjectNode readModel() throws IOException {
      ObjectNode model = JsonNodeFactory.instance.objectNode();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals("vocab") && value == JsonToken.START_OBJECT) {
          readVocabulary();
        } else if (field.equals("merges") && value == JsonToken.START_ARRAY) {
          readMerges();
        } else {
          model.set(field, readTree());
        }
      }
      return model;
    }

    private JsonNode readTree() throws IOException {
      return parser.readValueAsTree();
    }

    private void readVocabulary() throws IOException {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String token = parser.currentName();
        if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT
            || parser.getNumberType() != JsonParser.NumberType.INT
            || parser.getIntValue() < 0
            || parser.getIntValue() > MAX_ID) {
          throw new DataException(
              file
                  + ": model.vocab: expected an id from 0 to "
                  + MAX_ID
                  + " for token \""
                  + token
                  + "\", got "
                  + shown());
        }
        vocabulary.put(token, parser.getIntValue());
      }
    }

    /** A merge is {@code "left right"} or, in newer files, {@code ["left", "right"]}. */
    private void readMerges() throws IOException {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
          String both = parser.getText();
          int space = both.indexOf(' ');
          if (space < 0 || both.indexOf(' ', space + 1) >= 0) {
            throw notAMerge();
          }
          merges.add(new Merge(both.substring(0, space), both.substring(space + 1)));
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
          String left = parser.nextTextValue();
          String right = parser.nextTextValue();
          if (left == null || right == null || parser.nextToken() != JsonToken.END_ARRAY) {
            throw notAMerge();
          }
          merges.add(new Merge(left, right));
        } else {
          throw notAMerge();
        }
      }
    }

    private DataException notAMerge() throws IOException {
      return new DataException(
          file
              + ": model.merges["
              + merges.size()
              + "]: expected two tokens, as \"left right\" or [\"left\", \"right\"], got "
              + shown());
    }

    private String shown() throws IOException {
      JsonToken token = parser.currentToken();
      if (token == null) {
        return "the end of the file";
      }
      return token.isScalarValue() ? parser.getText() : token.asString();
    }
  }
}
