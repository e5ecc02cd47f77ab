package dev.r3.transformer.tokenizer;

import static dev.r3.transformer.tokenizer.TokenizerFiles.BERT_EN;
import static dev.r3.transformer.tokenizer.TokenizerFiles.BERT_ZH;
import static dev.r3.transformer.tokenizer.TokenizerFiles.golden;
import static dev.r3.transformer.tokenizer.TokenizerFiles.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against ids, type ids and decoded text of Hugging Face's library. */
class WordPieceGoldenTest {
  private static final int TEXTS = 230;
  private static final int PAIRS = 20;
  private static final int UNLIMITED = Integer.MAX_VALUE;

  @ParameterizedTest
  @ValueSource(strings = {BERT_EN, TokenizerFiles.MINI_LM, TokenizerFiles.E5})
  void englishTextsGiveTheReferenceIds(String file) {
    check(TokenizerFiles.read(file), "bert-en.jsonl");
  }

  @Test
  void chineseVocabularyGivesTheReferenceIds() {
    check(TokenizerFiles.read(BERT_ZH), "bert-zh.jsonl");
  }

  @Test
  void withLowerCaseEqualsAFileThatLowerCases() {
    Tokenizer cased = TokenizerFiles.readChanged(BERT_EN, this::withoutLowerCase);
    assertThatThrownBy(() -> check(cased, "bert-en.jsonl")).isInstanceOf(AssertionError.class);
    check(((WordPieceTokenizer) cased).withLowerCase(), "bert-en.jsonl");
  }

  @Test
  void bertProcessingEqualsTheTemplate() {
    Tokenizer tokenizer =
        TokenizerFiles.readChanged(
            BERT_EN,
            json -> {
              ObjectNode processor = json.putObject("post_processor");
              processor.put("type", "BertProcessing");
              processor.putArray("sep").add("[SEP]").add(102);
              processor.putArray("cls").add("[CLS]").add(101);
            });
    check(tokenizer, "bert-en.jsonl");
    checkPairs(tokenizer, "pairs-bert-en.jsonl");
  }

  @ParameterizedTest
  @CsvSource({BERT_EN + ",pairs-bert-en.jsonl", BERT_ZH + ",pairs-bert-zh.jsonl"})
  void pairsGiveTheReferenceIdsWholeAndTruncated(String file, String golden) {
    checkPairs(TokenizerFiles.read(file), golden);
  }

  @Test
  void aMovedTokenBreaksTheGolden() {
    Tokenizer moved =
        TokenizerFiles.readChanged(
            BERT_EN,
            json -> {
              ObjectNode vocabulary = (ObjectNode) json.get("model").get("vocab");
              int sits = vocabulary.get("sits").intValue();
              vocabulary.put("sits", vocabulary.get("stands").intValue());
              vocabulary.put("stands", sits);
            });
    assertThatThrownBy(() -> check(moved, "bert-en.jsonl")).isInstanceOf(AssertionError.class);
  }

  @Test
  void anotherTypeIdBreaksThePairGolden() {
    Tokenizer changed =
        TokenizerFiles.readChanged(
            BERT_EN,
            json -> ((ObjectNode) json.at("/post_processor/pair/3/Sequence")).put("type_id", 0));
    assertThatThrownBy(() -> checkPairs(changed, "pairs-bert-en.jsonl"))
        .isInstanceOf(AssertionError.class);
  }

  private void withoutLowerCase(ObjectNode json) {
    ((ObjectNode) json.get("normalizer")).put("lowercase", false);
  }

  private static void check(Tokenizer tokenizer, String golden) {
    for (JsonNode line : golden(golden, TEXTS)) {
      String text = line.get("text").textValue();
      int[] ids = ints(line.get("ids"));
      assertThat(tokenizer.encodePlain(text)).as(text).isEqualTo(ids);
      Encoding encoding = tokenizer.encode(text, UNLIMITED);
      assertThat(encoding.ids()).as(text).isEqualTo(ints(line.get("ids_special")));
      assertThat(encoding.typeIds()).as(text).containsOnly(0);
      assertThat(encoding.truncatedTokens()).isZero();
      if (line.has("tokens")) {
        for (int i = 0; i < ids.length; i++) {
          assertThat(tokenizer.decode(new int[] {ids[i]}, false))
              .as(text)
              .isEqualTo(line.get("tokens").get(i).textValue());
        }
      }
      if (line.has("decoded")) {
        String decoded = line.get("decoded").textValue();
        assertThat(tokenizer.decode(ids, false)).as(text).isEqualTo(decoded);
        String bare = line.path("decoded_skip_special").asText(decoded);
        assertThat(tokenizer.decode(ids, true)).as(text).isEqualTo(bare);
      }
    }
  }

  private static void checkPairs(Tokenizer tokenizer, String golden) {
    for (JsonNode line : golden(golden, PAIRS)) {
      String first = line.get("first").textValue();
      String second = line.get("second").textValue();
      Encoding cut = tokenizer.encodePair(first, second, 64);
      assertThat(cut.ids()).as(first).isEqualTo(ints(line.get("ids_max64")));
      assertThat(cut.typeIds()).as(first).isEqualTo(ints(line.get("type_ids_max64")));
      Encoding whole = tokenizer.encodePair(first, second, UNLIMITED);
      assertThat(whole.truncatedTokens()).isZero();
      assertThat(cut.truncatedTokens()).isEqualTo(whole.ids().length - cut.ids().length);
      if (line.has("ids")) {
        assertThat(whole.ids()).as(first).isEqualTo(ints(line.get("ids")));
      }
    }
  }
}
