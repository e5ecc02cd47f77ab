package dev.r3.transformer.tokenizer;

import static dev.r3.transformer.tokenizer.TokenizerFiles.golden;
import static dev.r3.transformer.tokenizer.TokenizerFiles.ints;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Settings that none of the public files has, on random texts of many scripts. The ids are those of
 * Hugging Face tokenizers 0.21.0 (ai.djl.huggingface:tokenizers:0.36.0) with the same files.
 */
class VariantsGoldenTest {
  private static final int TEXTS_EACH = 40;

  @Test
  void everyVariantGivesTheReferenceIdsAndOnlyItsOwn() {
    Map<String, Supplier<ObjectNode>> variants = TokenizerVariants.all();
    List<JsonNode> lines = golden("variants.jsonl", TEXTS_EACH * variants.size());
    Tokenizer other = null;
    for (Map.Entry<String, Supplier<ObjectNode>> variant : variants.entrySet()) {
      Tokenizer tokenizer = TokenizerFiles.readText(variant.getValue().get().toString());
      List<JsonNode> own =
          lines.stream()
              .filter(line -> line.get("variant").textValue().equals(variant.getKey()))
              .toList();
      assertThat(own).as(variant.getKey()).hasSize(TEXTS_EACH);
      List<String> differing = new ArrayList<>();
      for (JsonNode line : own) {
        String text = line.get("text").textValue();
        int[] ids = ints(line.get("ids"));
        assertThat(tokenizer.encode(text, Integer.MAX_VALUE).ids())
            .as("%s: %s", variant.getKey(), text)
            .isEqualTo(ids);
        if (other != null && !Arrays.equals(other.encode(text, 10_000).ids(), ids)) {
          differing.add(text);
        }
      }
      // The control: another variant does not give these ids.
      assertThat(differing.isEmpty()).as(variant.getKey()).isEqualTo(other == null);
      other = tokenizer;
    }
  }
}
