package dev.r3.benchmarks.engine;

import dev.r3.cli.model.BaseModel;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.List;

/** An encoder that turns tokenised texts into unit vectors, on one of the engines compared. */
public interface TextEngine extends AutoCloseable {
  /** ONNX Runtime, all texts in one batch, padded to the longest. */
  String ONNX_RUNTIME = "onnxruntime";

  /** ONNX Runtime, texts sorted by length and cut into batches of like texts. */
  String ONNX_RUNTIME_SORTED = "onnxruntime-sorted";

  /** Whether it is ONNX Runtime, in one way or the other. */
  static boolean isOnnxRuntime(String engine) {
    return engine.equals(ONNX_RUNTIME) || engine.equals(ONNX_RUNTIME_SORTED);
  }

  /**
   * @param engine {@link #ONNX_RUNTIME}, {@link #ONNX_RUNTIME_SORTED} or a backend of R3
   * @param threads CPU threads
   */
  static TextEngine open(String engine, BaseModel model, int threads) {
    if (isOnnxRuntime(engine)) {
      return new OnnxRuntimeEngine(
          OnnxEncoder.open(model, threads),
          engine.equals(ONNX_RUNTIME) ? Integer.MAX_VALUE : OnnxRuntimeEngine.LIKE_TEXTS);
    }
    return new R3Engine(engine, model, threads);
  }

  /** What computes, for people. */
  String description();

  /** One unit vector for each text, in order. */
  float[][] embed(List<Encoding> texts);

  @Override
  void close();
}
