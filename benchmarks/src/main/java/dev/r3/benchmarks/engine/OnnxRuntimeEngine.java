package dev.r3.benchmarks.engine;

import dev.r3.transformer.tokenizer.Encoding;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** ONNX Runtime as services use it: padded batches, pooled and normalised in Java. */
final class OnnxRuntimeEngine implements TextEngine {
  /** Texts of a batch when they are sorted: few enough to be alike, enough for full speed. */
  static final int LIKE_TEXTS = 8;

  private final OnnxEncoder encoder;
  private final int batchTexts;

  /**
   * @param batchTexts texts of a batch at most
   */
  OnnxRuntimeEngine(OnnxEncoder encoder, int batchTexts) {
    this.encoder = encoder;
    this.batchTexts = batchTexts;
  }

  @Override
  public String description() {
    return encoder.description();
  }

  @Override
  public float[][] embed(List<Encoding> texts) {
    int[] byLength =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparingInt(text -> texts.get(text).length()))
            .mapToInt(Integer::intValue)
            .toArray();
    float[][] vectors = new float[texts.size()][];
    for (int start = 0; start < byLength.length; ) {
      int end = start + Math.min(batchTexts, byLength.length - start);
      float[][] pooled =
          encoder.pooled(Arrays.stream(byLength, start, end).mapToObj(texts::get).toList());
      for (float[] vector : pooled) {
        normalize(vector);
        vectors[byLength[start++]] = vector;
      }
    }
    return vectors;
  }

  private static void normalize(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    float norm = (float) Math.sqrt(squares);
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= norm;
    }
  }

  @Override
  public void close() {
    encoder.close();
  }
}
