package dev.r3.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** The tokenizer.json files and golden lines that the tests of this package share. */
final class TokenizerFiles {
  static final String BERT_EN = "/bge-small-en-v1.5-tokenizer.json";
  static final String BERT_ZH = "/bge-small-zh-v1.5-tokenizer.json";
  static final String MINI_LM = "/all-minilm-l6-v2-tokenizer.json";
  static final String E5 = "/e5-small-v2-tokenizer.json";

  private static final JsonMapper MAPPER = new JsonMapper();

  private TokenizerFiles() {}

  static byte[] bytes(String resource) {
    try (InputStream in = TokenizerFiles.class.getResourceAsStream(resource)) {
      assertThat(in).as(resource).isNotNull();
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Tokenizer read(String resource) {
    return Tokenizers.read(new ByteArrayInputStream(bytes(resource)), resource);
  }

  static Tokenizer readText(String json) {
    return Tokenizers.read(
        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "test.json");
  }

  static Tokenizer readChanged(String resource, Consumer<ObjectNode> change) {
    ObjectNode json = object(resource);
    change.accept(json);
    return readText(json.toString());
  }

  static ObjectNode object(String resource) {
    return (ObjectNode) json(bytes(resource));
  }

  static JsonNode json(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines of a file under {@code goldens/tokenizers}. */
  static List<JsonNode> golden(String name, int expectedLines) {
    String text = new String(bytes("/goldens/tokenizers/" + name), StandardCharsets.UTF_8);
    List<JsonNode> lines =
        text.lines().map(line -> json(line.getBytes(StandardCharsets.UTF_8))).toList();
    assertThat(lines).as(name).hasSize(expectedLines);
    return lines;
  }

  static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).intValue();
    }
    return values;
  }
}
