package dev.r3.benchmarks.onnx;

import dev.r3.benchmarks.Check;
import dev.r3.benchmarks.engine.TextEngine;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures engines in this process, by turns: whatever else the machine does meets all of them. Who
 * begins a round changes from round to round. Every result is compared with R3's first.
 */
final class ByTurns {
  /** Largest difference of two coordinates of the same unit vector. */
  static final double TOLERANCE = 1e-4;

  private final Effort effort;

  ByTurns(Effort effort) {
    this.effort = effort;
  }

  /** Milliseconds of a call, for each engine of the case. */
  List<Samples> measure(Case wanted) {
    List<TextEngine> engines = new ArrayList<>();
    try {
      for (String engine : wanted.engines()) {
        engines.add(TextEngine.open(engine, wanted.model(), wanted.threads()));
      }
      return measure(engines, wanted.encodings());
    } finally {
      engines.forEach(TextEngine::close);
    }
  }

  List<Samples> measure(List<TextEngine> engines, List<Encoding> texts) {
    float[][] expected = engines.get(0).embed(texts);
    Check.unitRows("ByTurns", expected);
    for (TextEngine engine : engines) {
      double unused = millisOfCall(engine, texts, effort.warmupMillis(), expected);
    }
    List<List<Double>> millis = new ArrayList<>();
    engines.forEach(engine -> millis.add(new ArrayList<>()));
    for (int round = 0; round < effort.rounds(); round++) {
      for (int turn = 0; turn < engines.size(); turn++) {
        int engine = (round + turn) % engines.size();
        millis.get(engine).add(millisOfCall(engines.get(engine), texts, effort.millis(), expected));
      }
    }
    return millis.stream().map(Samples::new).toList();
  }

  /** The mean over as many calls as fill the time, at least one. */
  private double millisOfCall(
      TextEngine engine, List<Encoding> texts, int millis, float[][] expected) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long start = effort.clock().nanos();
    int calls = 0;
    float[][] vectors;
    do {
      vectors = engine.embed(texts);
      calls++;
    } while (System.nanoTime() < end);
    double taken = (effort.clock().nanos() - start) * 1e-6;
    Check.near("ByTurns(" + engine.description() + ")", expected, vectors, TOLERANCE);
    return taken / calls;
  }
}
