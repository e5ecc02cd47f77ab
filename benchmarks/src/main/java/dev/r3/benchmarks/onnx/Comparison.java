package dev.r3.benchmarks.onnx;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.r3.benchmarks.engine.TextEngine;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One row of the table.
 *
 * @param rival how ONNX Runtime read the texts
 * @param ours milliseconds of R3, by round
 * @param theirs milliseconds of ONNX Runtime, by round
 */
record Comparison(Case measured, String rival, Samples ours, Samples theirs) {
  static final String HEADER =
      """
      | texts | tokens | threads | ONNX Runtime reads | R3 ms | ONNX Runtime ms | ONNX Runtime / R3 |
      |---|---|---|---|---|---|---|""";

  /** A row for each way in which ONNX Runtime was measured; samples as the case's engines. */
  static List<Comparison> of(Case measured, List<Samples> samples) {
    List<String> engines = measured.engines();
    List<Comparison> rows = new ArrayList<>();
    for (int rival = 1; rival < engines.size(); rival++) {
      rows.add(new Comparison(measured, engines.get(rival), samples.get(0), samples.get(rival)));
    }
    return rows;
  }

  /** Above 1: R3 is faster. */
  Samples ratio() {
    return theirs.dividedBy(ours);
  }

  /** The row in Markdown: medians, with the middle half of the values in brackets. */
  String row() {
    return "| %s | %d | %d | %s | %s | %s | **%.2f** [%.2f, %.2f] |"
        .formatted(
            measured.texts(),
            tokens(),
            measured.threads(),
            rival.equals(TextEngine.ONNX_RUNTIME_SORTED) ? "sorted, 8 at a time" : "one batch",
            milliseconds(ours),
            milliseconds(theirs),
            ratio().median(),
            ratio().lowerQuartile(),
            ratio().upperQuartile());
  }

  private static String milliseconds(Samples samples) {
    return String.format(
        Locale.ROOT,
        "%.2f [%.2f, %.2f]",
        samples.median(),
        samples.lowerQuartile(),
        samples.upperQuartile());
  }

  private int tokens() {
    return measured.encodings().stream().mapToInt(Encoding::length).sum();
  }

  ObjectNode json(ObjectMapper mapper) {
    ObjectNode row = mapper.createObjectNode();
    row.put("texts", measured.texts()).put("tokens", tokens()).put("threads", measured.threads());
    row.put("model", measured.model().id()).put("backend", measured.backend()).put("rival", rival);
    row.set("ours_ms", mapper.valueToTree(ours.values()));
    row.set("theirs_ms", mapper.valueToTree(theirs.values()));
    return row.put("ratio_median", ratio().median());
  }
}
