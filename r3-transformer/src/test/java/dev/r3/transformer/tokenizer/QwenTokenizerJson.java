package dev.r3.transformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds the tokenizer.json of Qwen3 from the ranks that a public Maven artifact carries: each
 * token of several bytes is one merge, of the two tokens that earlier merges leave of its bytes.
 */
public final class QwenTokenizerJson {
  /** Tokens of Qwen3 before the added ones. */
  public static final int ALL = 151643;

  /** The first tokens that include "yes" and "no": enough for small models. */
  public static final int FEW = 9694;

  private static final JsonMapper MAPPER = new JsonMapper();

  private QwenTokenizerJson() {}

  /** Qwen3's: adds no special tokens. */
  public static ObjectNode plain() {
    return plain(ALL);
  }

  /**
   * The same with the first {@code tokens} tokens only; the added ones follow them.
   *
   * @param tokens 256 at least
   */
  public static ObjectNode plain(int tokens) {
    JsonNode facts =
        TokenizerFiles.json(TokenizerFiles.bytes("/goldens/tokenizers/qwen3-special-tokens.json"));
    ObjectNode json = MAPPER.createObjectNode();
    json.put("version", "1.0");
    json.putNull("truncation");
    json.putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    for (JsonNode token : facts.get("added_tokens")) {
      ObjectNode copy = token.deepCopy();
      copy.put("id", token.get("id").intValue() - ALL + tokens);
      copy.put("single_word", false).put("lstrip", false).put("rstrip", false);
      added.add(copy.put("normalized", false));
    }
    json.putObject("normalizer").put("type", facts.get("normalizer").textValue());
    ObjectNode preTokenizer = json.putObject("pre_tokenizer").put("type", "Sequence");
    ArrayNode steps = preTokenizer.putArray("pretokenizers");
    ObjectNode split = steps.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", facts.get("pre_tokenizer_regex").textValue());
    split.put("behavior", "Isolated").put("invert", false);
    steps.add(byteLevel());
    json.set("post_processor", byteLevel());
    json.set("decoder", byteLevel());
    json.set("model", model(tokens));
    return json;
  }

  /** Qwen3-Embedding's: the same, and {@code <|endoftext|>} at the end. */
  public static ObjectNode embedding() {
    return embedding(ALL);
  }

  /** The same with the first {@code tokens} tokens only. */
  public static ObjectNode embedding(int tokens) {
    ObjectNode json = plain(tokens);
    ObjectNode processor = json.putObject("post_processor").put("type", "Sequence");
    ArrayNode processors = processor.putArray("processors");
    processors.add(byteLevel());
    ObjectNode template = processors.addObject().put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    sequence(single, "A");
    endOfText(single);
    ArrayNode pair = template.putArray("pair");
    sequence(pair, "A");
    sequence(pair, "B");
    endOfText(pair);
    ObjectNode special = template.putObject("special_tokens").putObject("<|endoftext|>");
    special.put("id", "<|endoftext|>");
    special.putArray("ids").add(tokens);
    special.putArray("tokens").add("<|endoftext|>");
    return json;
  }

  private static void sequence(ArrayNode pieces, String id) {
    pieces.addObject().putObject("Sequence").put("id", id).put("type_id", 0);
  }

  private static void endOfText(ArrayNode pieces) {
    pieces.addObject().putObject("SpecialToken").put("id", "<|endoftext|>").put("type_id", 0);
  }

  private static ObjectNode byteLevel() {
    return MAPPER
        .createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", false);
  }

  private static ObjectNode model(int count) {
    List<String> tokens = ranks().subList(0, count);
    Map<String, Integer> ranks = new HashMap<>();
    ObjectNode model = MAPPER.createObjectNode().put("type", "BPE");
    model.putNull("dropout").putNull("unk_token");
    model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    ArrayNode merges = model.putArray("merges");
    for (int rank = 0; rank < tokens.size(); rank++) {
      String token = tokens.get(rank);
      ranks.put(token, rank);
      vocabulary.put(token, rank);
      if (token.length() > 1) {
        List<String> halves = mergeBelow(token, rank, ranks);
        merges.addArray().add(halves.get(0)).add(halves.get(1));
      }
    }
    return model;
  }

  /** Merges the characters of a token with all merges before its own; that leaves two parts. */
  private static List<String> mergeBelow(String token, int limit, Map<String, Integer> ranks) {
    List<String> parts = new ArrayList<>(List.of(token.split("")));
    while (parts.size() > 2) {
      int best = -1;
      int bestRank = limit;
      for (int i = 0; i + 1 < parts.size(); i++) {
        Integer rank = ranks.get(parts.get(i) + parts.get(i + 1));
        if (rank != null && rank < bestRank) {
          best = i;
          bestRank = rank;
        }
      }
      parts.set(best, parts.get(best) + parts.remove(best + 1));
    }
    return parts;
  }

  /** The tokens of {@code qwen.tiktoken} in the byte alphabet, by rank. */
  private static List<String> ranks() {
    String text = new String(TokenizerFiles.bytes("/qwen.tiktoken"), StandardCharsets.US_ASCII);
    List<String> tokens = new ArrayList<>();
    text.lines()
        .forEach(
            line -> {
              int space = line.indexOf(' ');
              if (Integer.parseInt(line.substring(space + 1)) != tokens.size()) {
                throw new AssertionError("expected ranks in order, got " + line);
              }
              tokens.add(ByteAlphabet.encode(Base64.getDecoder().decode(line.substring(0, space))));
            });
    return tokens;
  }
}
