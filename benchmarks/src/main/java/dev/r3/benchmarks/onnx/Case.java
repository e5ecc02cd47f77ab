package dev.r3.benchmarks.onnx;

import dev.r3.benchmarks.engine.TextEngine;
import dev.r3.benchmarks.engine.Texts;
import dev.r3.cli.model.BaseModel;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.ArrayList;
import java.util.List;

/**
 * What one measurement compares.
 *
 * @param backend of R3
 * @param texts as {@link Texts} names them
 * @param threads CPU threads of each engine
 * @param encodings the texts as the model reads them
 */
record Case(String backend, BaseModel model, String texts, int threads, List<Encoding> encodings) {
  Case(String backend, BaseModel model, String texts, int threads) {
    this(backend, model, texts, threads, Texts.of(texts, model));
  }

  /** R3's backend first, then the ways in which ONNX Runtime can read these texts. */
  List<String> engines() {
    List<String> engines = new ArrayList<>(List.of(backend, TextEngine.ONNX_RUNTIME));
    if (encodings.stream().mapToInt(Encoding::length).distinct().count() > 1) {
      engines.add(TextEngine.ONNX_RUNTIME_SORTED);
    }
    return engines;
  }
}
