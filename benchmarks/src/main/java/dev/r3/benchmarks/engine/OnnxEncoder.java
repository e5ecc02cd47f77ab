package dev.r3.benchmarks.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.r3.cli.model.BaseModel;
import dev.r3.tensor.Pooling;
import dev.r3.transformer.tokenizer.Encoding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A base model on ONNX Runtime's CPU engine in float32, with all its optimisations: the very file
 * that R3 reads its weights from.
 *
 * <p>Its threads spin while it runs, as they do by default, but not afterwards: two pools that spin
 * in one process take each other's time. The result is written where Java reads it, without a copy.
 * For one thread at a time.
 */
public final class OnnxEncoder implements AutoCloseable {
  /** Set to 1 by benchmarks/run and for tests. */
  private static final String NO_TELEMETRY = "ORT_DISABLE_TELEMETRY";

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String output;
  private final Pooling pooling;
  private final int hiddenSize;
  private FloatBuffer hidden = direct(0);

  private OnnxEncoder(OrtEnvironment environment, OrtSession session, Pooling pooling)
      throws OrtException {
    this.environment = environment;
    this.session = session;
    this.pooling = pooling;
    NodeInfo states = session.getOutputInfo().values().iterator().next(); // [texts, tokens, hidden]
    output = states.getName();
    hiddenSize = (int) ((TensorInfo) states.getInfo()).getShape()[2];
  }

  /**
   * @param threads CPU threads
   */
  public static OnnxEncoder open(BaseModel model, int threads) {
    if (!"1".equals(System.getenv(NO_TELEMETRY))) {
      throw new IllegalStateException(
          "OnnxEncoder: expected "
              + NO_TELEMETRY
              + "=1 in the environment, as ONNX Runtime's telemetry reads the command line, and a"
              + " long one overflows its stack and ends the JVM; hint: start with benchmarks/run");
    }
    String resource = model.weightsResource();
    try (InputStream in = OnnxEncoder.class.getResourceAsStream(resource);
        OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      if (in == null) {
        throw new IllegalStateException(
            resource + ": expected the model on the class path, got none");
      }
      options.setIntraOpNumThreads(threads);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.addConfigEntry("session.force_spinning_stop", "1");
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      return new OnnxEncoder(
          environment, environment.createSession(in.readAllBytes(), options), model.pooling());
    } catch (IOException e) {
      throw new UncheckedIOException(resource + ": expected to read it, got " + e, e);
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  /** The name and version of ONNX Runtime. */
  String description() {
    return "ONNX Runtime " + environment.getVersion();
  }

  /** Runs the texts as one batch, padded to the longest, and pools each text's tokens. */
  public float[][] pooled(List<Encoding> texts) {
    return pooled(texts, pooling);
  }

  /** The hidden state of each text's first token. */
  public float[][] firstTokens(List<Encoding> texts) {
    return pooled(texts, Pooling.CLS);
  }

  private float[][] pooled(List<Encoding> texts, Pooling how) {
    int longest = texts.stream().mapToInt(Encoding::length).max().orElse(0);
    run(texts, longest);
    float[][] vectors = new float[texts.size()][];
    for (int text = 0; text < vectors.length; text++) {
      int start = text * longest * hiddenSize;
      int length = texts.get(text).length();
      vectors[text] =
          switch (how) {
            case CLS -> row(start);
            case LAST -> row(start + (length - 1) * hiddenSize);
            case MEAN -> mean(start, length);
          };
    }
    return vectors;
  }

  /** Fills {@link #hidden} with [texts, longest, hiddenSize]. */
  private void run(List<Encoding> texts, int longest) {
    long[] shape = {texts.size(), longest};
    int places = texts.size() * longest;
    long[] ids = new long[places];
    long[] types = new long[places];
    long[] mask = new long[places];
    for (int text = 0; text < texts.size(); text++) {
      Encoding encoding = texts.get(text);
      for (int token = 0; token < encoding.length(); token++) {
        ids[text * longest + token] = encoding.ids()[token];
        types[text * longest + token] = encoding.typeIds()[token];
        mask[text * longest + token] = 1;
      }
    }
    if (hidden.capacity() < places * hiddenSize) {
      hidden = direct(places * hiddenSize);
    }
    hidden.clear().limit(places * hiddenSize);
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try (OnnxTensor idTensor = tensor(ids, shape);
        OnnxTensor typeTensor = tensor(types, shape);
        OnnxTensor maskTensor = tensor(mask, shape);
        OnnxTensor to =
            OnnxTensor.createTensor(
                environment, hidden, new long[] {texts.size(), longest, hiddenSize})) {
      inputs.put("input_ids", idTensor);
      inputs.put("token_type_ids", typeTensor);
      inputs.put("attention_mask", maskTensor);
      session.run(inputs, Map.of(output, to)).close();
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  private OnnxTensor tensor(long[] values, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  private float[] row(int start) {
    float[] row = new float[hiddenSize];
    hidden.get(start, row);
    return row;
  }

  private float[] mean(int start, int tokens) {
    float[] mean = new float[hiddenSize];
    float[] row = new float[hiddenSize];
    for (int token = 0; token < tokens; token++) {
      hidden.get(start + token * hiddenSize, row);
      for (int i = 0; i < hiddenSize; i++) {
        mean[i] += row[i];
      }
    }
    for (int i = 0; i < hiddenSize; i++) {
      mean[i] /= tokens;
    }
    return mean;
  }

  private static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(floats * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  private static IllegalStateException failed(OrtException e) {
    return new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
  }
}
