package dev.r3.transformer.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Public tokenizer.json files with other settings, to try what none of them uses as it is. */
final class TokenizerVariants {
  private TokenizerVariants() {}

  static Map<String, Supplier<ObjectNode>> all() {
    Map<String, Supplier<ObjectNode>> variants = new LinkedHashMap<>();
    variants.put("bert-added-tokens", TokenizerVariants::bertAddedTokens);
    variants.put("bert-strip-only", () -> bertNormalizer(false, true, true, false));
    variants.put("bert-clean-only", () -> bertNormalizer(true, false, null, false));
    variants.put("bert-lowercase-only", () -> bertNormalizer(true, true, false, true));
    variants.put("bert-nothing", () -> bertNormalizer(false, false, false, false));
    variants.put("bpe-gpt2", TokenizerVariants::bytePairGpt2);
    variants.put("bpe-two-splits", TokenizerVariants::bytePairTwoSplits);
    return variants;
  }

  private static ObjectNode bertAddedTokens() {
    ObjectNode json = TokenizerFiles.object(TokenizerFiles.BERT_EN);
    ArrayNode added = (ArrayNode) json.get("added_tokens");
    add(added, 30522, "<a>").put("normalized", true).put("lstrip", true);
    add(added, 30523, "<ab>").put("rstrip", true);
    add(added, 30524, "<abc>");
    add(added, 30525, "tok").put("normalized", true).put("single_word", true);
    add(added, 30526, "<think>").put("special", true).put("lstrip", true).put("rstrip", true);
    return json;
  }

  private static ObjectNode bertNormalizer(
      boolean cleanText, boolean handleChineseChars, Boolean stripAccents, boolean lowercase) {
    ObjectNode json = TokenizerFiles.object(TokenizerFiles.BERT_ZH);
    ((ObjectNode) json.get("normalizer"))
        .put("clean_text", cleanText)
        .put("handle_chinese_chars", handleChineseChars)
        .put("strip_accents", stripAccents)
        .put("lowercase", lowercase);
    return json;
  }

  private static ObjectNode bytePairGpt2() {
    ObjectNode json = QwenTokenizerJson.plain();
    json.putNull("normalizer");
    json.putObject("pre_tokenizer")
        .put("type", "ByteLevel")
        .put("add_prefix_space", true)
        .put("trim_offsets", true)
        .put("use_regex", true);
    ((ObjectNode) json.get("model")).put("ignore_merges", true);
    ArrayNode added = (ArrayNode) json.get("added_tokens");
    add(added, 151669, "<a>").put("normalized", true).put("lstrip", true);
    add(added, 151670, "<ab>").put("rstrip", true);
    add(added, 151671, "[mask]").put("normalized", true).put("rstrip", true);
    add(added, 29594, "tok").put("normalized", true).put("single_word", true);
    return json;
  }

  private static ObjectNode bytePairTwoSplits() {
    ObjectNode json = QwenTokenizerJson.plain();
    ArrayNode normalizers =
        json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    normalizers.addObject().put("type", "NFKC");
    normalizers.addObject().put("type", "NFD");
    ObjectNode split = ((ArrayNode) json.at("/pre_tokenizer/pretokenizers")).insertObject(0);
    split.put("type", "Split").putObject("pattern").put("Regex", "\\p{N}{1,3}");
    split.put("behavior", "Isolated").put("invert", false);
    return json;
  }

  private static ObjectNode add(ArrayNode added, int id, String content) {
    return added
        .addObject()
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", false);
  }
}
