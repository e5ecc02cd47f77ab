package dev.r3.transformer.tokenizer;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Small tokenizer.json documents, written out for tests. */
final class TinyTokenizers {
  private static final JsonMapper MAPPER = new JsonMapper();

  private TinyTokenizers() {}

  /** WordPiece with the given tokens behind [UNK], [CLS] and [SEP]: ids from 3 on. */
  static ObjectNode wordPiece(String... tokens) {
    ObjectNode json =
        (ObjectNode)
            TokenizerFiles.json(
                """
                {"added_tokens": [
                   {"id": 0, "content": "[UNK]", "special": true},
                   {"id": 1, "content": "[CLS]", "special": true},
                   {"id": 2, "content": "[SEP]", "special": true}],
                 "normalizer": {"type": "BertNormalizer", "clean_text": true,
                   "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
                 "pre_tokenizer": {"type": "BertPreTokenizer"},
                 "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2],
                   "cls": ["[CLS]", 1]},
                 "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
                 "model": {"type": "WordPiece", "unk_token": "[UNK]",
                   "continuing_subword_prefix": "##", "max_input_chars_per_word": 10,
                   "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2}}}
                """
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    ObjectNode vocabulary = (ObjectNode) json.at("/model/vocab");
    for (String token : tokens) {
      vocabulary.put(token, vocabulary.size());
    }
    return json;
  }

  /**
   * Byte-level BPE with Qwen3's split: the bytes have their own value as id, each merge ("left
   * right", in the byte alphabet) the next one from 256 on, and {@code <end>} the last.
   */
  static ObjectNode bytePair(List<String> merges) {
    ObjectNode json = MAPPER.createObjectNode();
    json.putObject("normalizer").put("type", "NFC");
    ObjectNode preTokenizer = json.putObject("pre_tokenizer").put("type", "Sequence");
    ObjectNode split =
        preTokenizer
            .putArray("pretokenizers")
            .addObject()
            .put("type", "Split")
            .put("invert", false);
    split.put("behavior", "Isolated");
    split
        .putObject("pattern")
        .put(
            "Regex",
            TokenizerFiles.object("/goldens/tokenizers/qwen3-special-tokens.json")
                .get("pre_tokenizer_regex")
                .textValue());
    preTokenizer
        .withArray("pretokenizers")
        .addObject()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("use_regex", false);
    json.putObject("decoder").put("type", "ByteLevel");
    ObjectNode model = json.putObject("model").put("type", "BPE");
    ObjectNode vocabulary = model.putObject("vocab");
    for (int b = 0; b < 256; b++) {
      vocabulary.put(String.valueOf(ByteAlphabet.character(b)), b);
    }
    for (String merge : merges) {
      vocabulary.put(merge.replace(" ", ""), vocabulary.size());
      model.withArray("merges").add(merge);
    }
    json.putArray("added_tokens")
        .addObject()
        .put("id", vocabulary.size())
        .put("content", "<end>")
        .put("special", true);
    return json;
  }
}
