package dev.r3.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.r3.tensor.io.DataException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a bad file does: a message with the file, the place, what was expected and what came. */
class MalformedTokenizerJsonTest {
  private static void assertRefused(String json, String message) {
    assertThatThrownBy(() -> TokenizerFiles.readText(json))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("test.json: ")
        .hasMessageContaining(message);
  }

  /** Replaces the value at a JSON pointer; {@code null} in the table means "take it out". */
  private static String with(ObjectNode json, String pointer, String value) {
    int slash = pointer.lastIndexOf('/');
    JsonNode parent = json.at(pointer.substring(0, slash));
    String field = pointer.substring(slash + 1);
    if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(field), TokenizerFiles.json(value.getBytes()));
    } else if (value == null) {
      ((ObjectNode) parent).remove(field);
    } else {
      ((ObjectNode) parent).set(field, TokenizerFiles.json(value.getBytes()));
    }
    return json.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "/model/type | \"Unigram\" | model.type: expected WordPiece or BPE, got \"Unigram\"",
        "/model/type | 7 | model.type: expected a string, got 7",
        "/model | [] | model.type: expected WordPiece or BPE, got nothing",
        "/model/vocab | [] | model.vocab: expected an object of tokens and their ids, got []",
        "/model/vocab/a | -1 | model.vocab: expected an id from 0 to 4194303 for token \"a\", got -1",
        "/model/vocab/a | 99999999999999999999 | for token \"a\", got 99999999999999999999",
        "/model/vocab/a | \"x\" | for token \"a\", got x",
        "/model/vocab/a | 2 | model.vocab: expected one token per id, got \"",
        "/model/unk_token | \"[X]\" | model.unk_token: expected a token of model.vocab, got \"[X]\"",
        "/model/max_input_chars_per_word | -1 | expected an integer from 0 to 2147483647, got -1",
        "/normalizer | null | normalizer: expected an object with a type, got null",
        "/normalizer/type | \"Lowercase\" | normalizer.type: expected BertNormalizer, got \"Lowercase\"",
        "/normalizer/lowercase | 1 | normalizer.lowercase: expected true or false, got 1",
        "/pre_tokenizer/type | \"Whitespace\" | pre_tokenizer.type: expected BertPreTokenizer",
        "/post_processor/type | \"RobertaProcessing\" | post_processor.type: expected one of Template",
        "/post_processor/sep | [\"[SEP]\"] | post_processor.sep: expected a token and its id",
        "/post_processor/sep/1 | 5 | post_processor.sep[1]: expected an integer from 0 to 4, got 5",
        "/decoder/type | \"ByteLevel\" | decoder.type: expected WordPiece, got \"ByteLevel\"",
        "/added_tokens/1/id | 9 | added_tokens[1].id: expected the id 1 that the vocabulary gives",
        "/added_tokens/1/content | \"\" | added_tokens[1].content: expected well-formed, non-empty",
        "/added_tokens/1/lstrip | \"no\" | added_tokens[1].lstrip: expected true or false",
        "/added_tokens | {} | added_tokens: expected an array, got {}",
      })
  void wordPieceFilesAreChecked(String pointer, String value, String message) {
    assertRefused(with(TinyTokenizers.wordPiece("a", "b"), pointer, value), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "/model/merges/0 | \"ab\" | model.merges[0]: expected two tokens, as \"left right\" or",
        "/model/merges/1 | \"a b c\" | model.merges[1]: expected two tokens",
        "/model/merges/0 | [\"a\"] | model.merges[0]: expected two tokens",
        "/model/merges/0 | [\"a\", \"b\", \"c\"] | model.merges[0]: expected two tokens",
        "/model/merges/0 | 3 | model.merges[0]: expected two tokens",
        "/model/merges/0 | \"a zz\" | model.merges[0]: expected two tokens of model.vocab that join",
        "/model/vocab/z | null | model.vocab: expected an id from 0",
        "/model/dropout | 0.1 | model.dropout: expected null, got 0.1",
        "/model/end_of_word_suffix | \"</w>\" | model.end_of_word_suffix: expected null",
        "/normalizer/type | \"Strip\" | normalizer.type: expected null, NFC, NFD, NFKC, NFKD or",
        "/decoder/type | \"WordPiece\" | decoder.type: expected ByteLevel, got \"WordPiece\"",
        "/pre_tokenizer/type | \"Digits\" | pre_tokenizer.type: expected ByteLevel, or a Sequence",
        "/pre_tokenizer/pretokenizers | [] | pre_tokenizer.pretokenizers: expected a ByteLevel at the",
        "/pre_tokenizer/pretokenizers/1/add_prefix_space | true | expected false after a Split",
        "/pre_tokenizer/pretokenizers/0/behavior | \"Removed\" | behavior: expected Isolated",
        "/pre_tokenizer/pretokenizers/0/type | \"Digits\" | pretokenizers[0].type: expected ByteLevel",
      })
  void bytePairFilesAreChecked(String pointer, String value, String message) {
    ObjectNode json = TinyTokenizers.bytePair(List.of("a b", "b c"));
    assertRefused(with(json, pointer, value), message);
  }

  @Test
  void everyByteNeedsAToken() {
    String json = with(TinyTokenizers.bytePair(List.of()), "/model/vocab/z", null);
    assertRefused(json, "model.vocab: expected a token \"z\" for the byte 122");
  }

  /** Expressions that Java would read otherwise, or that could exhaust the stack. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "^a", "a$", ".", "\\\\d", "\\\\p{Lu}", "\\\\bx", "[a&&b]", "[[a]b]", "(a|b)*", "(?:a)+",
        "(?<=a)b", "(?s:a)", "a{2}+", "é", "[一-龥]", "(a", "a)", "*", "[a", "\\\\"
      })
  void expressionsOutsideTheCommonLanguageAreRefused(String regex) {
    ObjectNode json = TinyTokenizers.bytePair(List.of());
    String changed =
        with(json, "/pre_tokenizer/pretokenizers/0/pattern/Regex", "\"" + regex + "\"");
    assertRefused(changed, "pattern.Regex: expected a ");
  }

  @Test
  void longExpressionsAreRefused() {
    ObjectNode json = TinyTokenizers.bytePair(List.of());
    String deep = "(".repeat(100_000) + ")".repeat(100_000);
    String changed = with(json, "/pre_tokenizer/pretokenizers/0/pattern/Regex", "\"" + deep + "\"");
    assertRefused(changed, "expected a regular expression of at most 1000 characters");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "single | [] | post_processor.single: expected the sequence A once and no B, got []",
        "pair | [{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}] | pair: expected the sequences A and B",
        "single | [{\"Sequence\": {\"id\": \"C\", \"type_id\": 0}}] | Sequence.id: expected A or B",
        "single | [{\"Sequence\": {\"id\": \"A\"}}] | Sequence.type_id: expected an integer from 0 to 127",
        "single | [{\"Other\": 1}] | single[0]: expected a Sequence or a SpecialToken",
        "single | [{\"SpecialToken\": {\"id\": \"X\", \"type_id\": 0}}] | special_tokens.X.ids: expected",
        "special_tokens | {\"E\": {\"ids\": [4]}} | special_tokens.E.ids[0]: expected an integer from 0",
      })
  void templatesAreChecked(String field, String value, String message) {
    ObjectNode json = TinyTokenizers.wordPiece("a");
    json.set(
        "post_processor",
        TokenizerFiles.json(
            """
            {"type": "TemplateProcessing",
             "single": [{"Sequence": {"id": "A", "type_id": 0}},
                        {"SpecialToken": {"id": "E", "type_id": 0}}],
             "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                      {"Sequence": {"id": "B", "type_id": 1}}],
             "special_tokens": {"E": {"ids": [2]}}}
            """
                .getBytes()));
    TokenizerFiles.readText(json.toString());
    assertRefused(with(json, "/post_processor/" + field, value), message);
  }

  @Test
  void oneProcessorOfASequenceMayAddTokens() {
    ObjectNode json = TinyTokenizers.wordPiece("a");
    JsonNode bert = json.get("post_processor");
    ObjectNode sequence = json.putObject("post_processor").put("type", "Sequence");
    sequence.putArray("processors").add(bert).add(bert);
    assertRefused(json.toString(), "processors[1].type: expected one of TemplateProcessing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "[] | test.json: expected a JSON object, got [",
        "{} {} | test.json: expected the end after the object, got {",
        "{\"model\": | test.json:1: expected a JSON document, got: Unexpected end-of-input",
        "{\"model\": {\"vocab\": {\"a\": 1, | test.json:1: expected a JSON document",
        "{\"a\": 1, \"a\": 2} | test.json:1: expected a JSON document, got: Duplicate field 'a'",
        "{\"model\": {\"vocab\": {\"a\": 1, \"a\": 2}}} | test.json:1: expected a JSON document, got: Dup",
        "{} | test.json: model.type: expected WordPiece or BPE, got nothing",
      })
  void documentsThatAreNoJsonObjectAreRefused(String json, String message) {
    assertThatThrownBy(() -> TokenizerFiles.readText(json))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void nothingAtAllIsRefused() {
    assertRefused("", "expected a JSON object, got the end of the file");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] bytes = {'{', '"', 'a', (byte) 0xFF, '"', ':', '1', '}'};
    assertThatThrownBy(() -> Tokenizers.read(new ByteArrayInputStream(bytes), "test.json"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("test.json");
  }

  @Test
  void deeplyNestedDocumentsAreRefused() {
    String json = "{\"normalizer\": " + "[".repeat(100_000);
    assertThatThrownBy(() -> TokenizerFiles.readText(json))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("nesting depth");
  }

  @Test
  void overlongTokensAreRefused() {
    ObjectNode json = TinyTokenizers.wordPiece("a".repeat(1001));
    assertRefused(
        json.toString(),
        "model.vocab: expected well-formed tokens of at most 1000 characters, got one of 1001");
  }

  @Test
  void endlessInputIsRefusedAtTheLimit() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return ' ';
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            Arrays.fill(buffer, offset, offset + length, (byte) ' ');
            return length;
          }
        };
    assertThatThrownBy(() -> Tokenizers.read(endless, "endless.json"))
        .isInstanceOf(DataException.class)
        .hasMessage("endless.json: expected at most 134217728 bytes, got more");
  }
}
