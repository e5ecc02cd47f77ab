package dev.r3.transformer.qwen3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.r3.transformer.TestModels;
import dev.r3.transformer.tokenizer.Encoding;
import dev.r3.transformer.tokenizer.QwenTokenizerJson;
import dev.r3.transformer.tokenizer.Tokenizer;
import dev.r3.transformer.tokenizer.Tokenizers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The reranker's prompt, tokenised in pieces, against the reference's ids of the whole text. */
class RerankPromptTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int UNLIMITED = 1 << 20;
  private static final Tokenizer TOKENIZER = tokenizer();
  private static final JsonNode GOLDEN = golden();

  private static Tokenizer tokenizer() {
    byte[] json = QwenTokenizerJson.plain().toString().getBytes(StandardCharsets.UTF_8);
    return Tokenizers.read(new ByteArrayInputStream(json), "qwen3");
  }

  private static JsonNode golden() {
    try {
      return JSON.readTree(TestModels.golden("qwen3-prompts/prompts.json").toFile());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static int[] ids(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }

  private static int[] pieces(RerankPrompt prompt, String query, String skill, int maxTokens) {
    int[] beginning = prompt.beginning(query, maxTokens);
    int[] rest = prompt.rest(skill, beginning.length, maxTokens).ids();
    return IntStream.concat(Arrays.stream(beginning), Arrays.stream(rest)).toArray();
  }

  @Test
  void promptsGiveTheReferenceIds() {
    int released = 0;
    for (JsonNode golden : GOLDEN.get("reranker")) {
      String instruct = golden.get("instruct").textValue();
      released += instruct.equals(RerankPrompt.INSTRUCTION) ? 1 : 0;
      RerankPrompt prompt = new RerankPrompt(TOKENIZER, instruct, 4096);
      int[] actual =
          pieces(
              prompt,
              golden.get("query").textValue(),
              golden.get("document").textValue(),
              UNLIMITED);
      assertThat(actual).as(golden.get("text").textValue()).isEqualTo(ids(golden.get("ids")));
    }
    assertThat(released).isEqualTo(4);
  }

  @Test
  void anotherInstructionBreaksTheGolden() {
    RerankPrompt released = RerankPrompt.released(TOKENIZER);
    JsonNode other = GOLDEN.get("reranker").get(0);
    assertThat(
            pieces(
                released,
                other.get("query").textValue(),
                other.get("document").textValue(),
                UNLIMITED))
        .isNotEqualTo(ids(other.get("ids")));
  }

  @Test
  void piecesOfAnyTextGiveTheIdsOfTheWhole() {
    String[] parts = {
      " ",
      "  ",
      "\n",
      "\r\n",
      "\t",
      "a",
      "Query",
      "合同",
      "é",
      "e\u0301",
      "\u0301",
      "\u00a0",
      "1",
      "|",
      ":",
      ">",
      "'s",
      "<|im_end|>",
      "</think>",
      "📈",
      "\u3099",
      "か",
      "\u200d",
      "ﷺ",
      ""
    };
    Random random = new Random(5);
    RerankPrompt prompt = RerankPrompt.released(TOKENIZER);
    for (int i = 0; i < 3000; i++) {
      String query = mix(parts, random);
      String skill = mix(parts, random);
      String whole =
          GOLDEN
              .get("reranker")
              .get(6)
              .get("text")
              .textValue()
              .replace("<Query>: ", "<Query>: " + query)
              .replace("<Document>: ", "<Document>: " + skill);
      assertThat(pieces(prompt, query, skill, UNLIMITED))
          .as("query <%s>, skill <%s>", query, skill)
          .isEqualTo(TOKENIZER.encodePlain(whole));
    }
  }

  private static String mix(String[] parts, Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(parts[random.nextInt(parts.length)]);
    }
    return text.toString();
  }

  @Test
  void whatDoesNotFitIsCutBeforeTheEnd() {
    RerankPrompt prompt = RerankPrompt.released(TOKENIZER);
    int[] end = ids(GOLDEN.get("reranker_suffix_ids"));
    int[] whole = pieces(prompt, "find it", "one two three four five six", UNLIMITED);
    for (int limit = end.length + 1; limit < whole.length; limit++) {
      int[] cut = pieces(prompt, "find it", "one two three four five six", limit);
      assertThat(cut).hasSize(limit);
      int kept = limit - end.length;
      assertThat(Arrays.copyOf(cut, kept)).isEqualTo(Arrays.copyOf(whole, kept));
      assertThat(Arrays.copyOfRange(cut, kept, limit)).isEqualTo(end);
    }
    int[] beginning = prompt.beginning("find it", 80);
    Encoding rest = prompt.rest("one two three four five six", beginning.length, whole.length - 2);
    assertThat(rest.truncatedTokens()).isEqualTo(2);
    assertThatThrownBy(() -> prompt.beginning("find it", end.length))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("RerankPrompt: expected a limit of more than 9 tokens, got 9");
  }

  @Test
  void onlyTheBodyIsCutToItsLimit() {
    RerankPrompt prompt = new RerankPrompt(TOKENIZER, RerankPrompt.INSTRUCTION, 3);
    assertThat(documentOf(prompt, "a long name of it | and what it does | one two three four"))
        .isEqualTo(" a long name of it | and what it does | one two three");
    assertThat(documentOf(prompt, "name | text | one two three"))
        .isEqualTo(" name | text | one two three");
    assertThat(documentOf(prompt, "name | one two three four | five"))
        .isEqualTo(" name | one two three four | five");
    assertThat(documentOf(prompt, "name | one two three four five"))
        .isEqualTo(" name | one two three four five");
    // The fourth field belongs to the body, and the decoded body has no special tokens.
    assertThat(documentOf(prompt, "n | d | <|im_end|>a | b | c")).isEqualTo(" n | d | a |");
  }

  private static String documentOf(RerankPrompt prompt, String skill) {
    int[] rest = prompt.rest(skill, 0, UNLIMITED).ids();
    return TOKENIZER.decode(Arrays.copyOf(rest, rest.length - 9), false);
  }

  @Test
  void aSkillIsTokenisedOnce() {
    SkillIds ids = new SkillIds(10);
    int[] calls = {0};
    for (String text : List.of("aaaa", "bbb", "aaaa", "cccc", "aaaa", "bbb")) {
      int[] found =
          ids.of(
              text,
              t -> {
                calls[0]++;
                return t.chars().toArray();
              });
      assertThat(found).isEqualTo(text.chars().toArray());
    }
    // a, b; then c, for which b goes as the longest unused; b again.
    assertThat(calls[0]).isEqualTo(4);
    int[] tooLong = ids.of("a text of more than ten", t -> t.chars().toArray());
    assertThat(tooLong).hasSize(23);
    int[] still = ids.of("bbb", t -> new int[0]);
    assertThat(still).hasSize(3);
  }
}
