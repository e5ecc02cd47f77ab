package dev.r3.transformer.tokenizer;

import static dev.r3.transformer.tokenizer.TokenizerFiles.golden;
import static dev.r3.transformer.tokenizer.TokenizerFiles.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Qwen3's byte-pair encoding against ids and decoded text of Hugging Face's library. */
class QwenGoldenTest {
  private static final int TEXTS = 230;
  private static final int UNLIMITED = Integer.MAX_VALUE;
  private static final int END_OF_TEXT = 151643;

  @TempDir static Path folder;
  private static Tokenizer plain;
  private static Tokenizer embedding;

  @BeforeAll
  static void readBoth() throws IOException {
    plain = read("plain.json", QwenTokenizerJson.plain());
    embedding = read("embedding.json", QwenTokenizerJson.embedding());
  }

  private static Tokenizer read(String name, ObjectNode json) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, json.toString());
    return Tokenizers.read(file);
  }

  @Test
  void textsGiveTheReferenceIdsAndText() {
    check(plain);
  }

  @Test
  void theEmbeddingTokenizerAppendsTheEndOfText() {
    for (JsonNode line : golden("qwen3.jsonl", TEXTS)) {
      String text = line.get("text").textValue();
      int[] ids = ints(line.get("ids"));
      int[] ended = Arrays.copyOf(ids, ids.length + 1);
      ended[ids.length] = END_OF_TEXT;
      assertThat(embedding.encode(text, UNLIMITED).ids()).as(text).isEqualTo(ended);
      assertThat(embedding.encodePlain(text)).as(text).isEqualTo(ids);
    }
  }

  @Test
  void truncationKeepsTheEndOfText() {
    for (JsonNode line : golden("qwen3-embedding-truncated32.jsonl", 56)) {
      String text = line.get("text").textValue();
      Encoding encoding = embedding.encode(text, 32);
      assertThat(encoding.ids()).as(text).isEqualTo(ints(line.get("ids_max32")));
      assertThat(encoding.truncatedTokens())
          .isEqualTo(embedding.encodePlain(text).length + 1 - encoding.length());
    }
  }

  @Test
  void pairsShareOneEndOfText() {
    for (JsonNode line : golden("qwen3-embedding-pairs.jsonl", 15)) {
      String first = line.get("first").textValue();
      assertThat(embedding.encodePair(first, line.get("second").textValue(), UNLIMITED).ids())
          .as(first)
          .isEqualTo(ints(line.get("ids")));
    }
  }

  @Test
  void renderedPromptsGiveTheReferenceIds() {
    JsonNode prompts =
        TokenizerFiles.json(TokenizerFiles.bytes("/goldens/qwen3-prompts/prompts.json"));
    assertThat(prompts.get("reranker")).hasSize(8);
    for (JsonNode prompt : prompts.get("reranker")) {
      String text = prompt.get("text").textValue();
      assertThat(plain.encode(text, UNLIMITED).ids()).as(text).isEqualTo(ints(prompt.get("ids")));
    }
    assertThat(prompts.get("embedder")).hasSize(8);
    for (JsonNode input : prompts.get("embedder")) {
      String text = input.get("text").textValue();
      assertThat(embedding.encode(text, UNLIMITED).ids())
          .as(text)
          .isEqualTo(ints(input.get("ids")));
    }
  }

  @Test
  void theVocabularyIncludesTheAddedTokens() {
    assertThat(plain.vocabularySize()).isEqualTo(151669);
    assertThat(plain.tokenId("<|endoftext|>")).hasValue(END_OF_TEXT);
    assertThat(plain.tokenId("yes")).hasValue(9693);
    assertThat(plain.tokenId("no")).hasValue(2152);
    assertThat(plain.tokenId("no such token")).isEmpty();
  }

  @Test
  void swappedMergesBreakTheGolden() throws IOException {
    ObjectNode json = QwenTokenizerJson.plain();
    ArrayNode merges = (ArrayNode) json.get("model").get("merges");
    JsonNode first = merges.get(0);
    merges.set(0, merges.get(20));
    merges.set(20, first);
    Tokenizer changed = read("changed.json", json);
    assertThatThrownBy(() -> check(changed)).isInstanceOf(AssertionError.class);
  }

  private static void check(Tokenizer tokenizer) {
    for (JsonNode line : golden("qwen3.jsonl", TEXTS)) {
      String text = line.get("text").textValue();
      int[] ids = ints(line.get("ids"));
      assertThat(tokenizer.encodePlain(text)).as(text).isEqualTo(ids);
      assertThat(tokenizer.encode(text, UNLIMITED).ids()).as(text).isEqualTo(ids);
      String decoded = line.get("decoded").textValue();
      assertThat(tokenizer.decode(ids, false)).as(text).isEqualTo(decoded);
      assertThat(tokenizer.decode(ids, true))
          .as(text)
          .isEqualTo(line.path("decoded_skip_special").asText(decoded));
    }
  }
}
