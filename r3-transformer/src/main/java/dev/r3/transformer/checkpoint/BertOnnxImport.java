package dev.r3.transformer.checkpoint;

import dev.r3.tensor.Shape;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.DataType;
import dev.r3.tensor.io.StoredTensor;
import dev.r3.tensor.io.TensorStore;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A BERT model exported to ONNX, under the names of its Hugging Face checkpoint and in its layout:
 * {@code encoder.layer.0.attention.self.query.weight} is [out, in].
 *
 * <p>Biases, embeddings and norms keep their names in the export. The weight of a linear layer
 * becomes the anonymous right operand [in, out] of a MatMul, and the node's name tells the layer:
 * {@code /encoder/layer.0/attention/self/query/MatMul}. A leading {@code bert} is dropped.
 */
public final class BertOnnxImport implements TensorStore {
  private static final Pattern PARAMETER = Pattern.compile("[A-Za-z_].*\\.(weight|bias)");
  private static final String MATMUL = "/MatMul";
  private static final int TILE = 32;

  /** The initialiser that holds a parameter, and whether it holds its transpose. */
  public record Source(String initializer, boolean transposed) {}

  private final OnnxWeights onnx;
  private final Map<String, Source> sources;

  BertOnnxImport(OnnxWeights onnx) {
    this.onnx = onnx;
    this.sources = sources(onnx);
  }

  /** Opens an ONNX file; errors as in {@link OnnxWeights#read(Path)} and {@link #sources}. */
  public static BertOnnxImport open(Path file) {
    return new BertOnnxImport(OnnxWeights.read(file));
  }

  /** Reads a stream to its end; {@code name} stands for the file in messages. */
  public static BertOnnxImport read(InputStream in, String name) {
    return new BertOnnxImport(OnnxWeights.read(in, name));
  }

  /**
   * Where each parameter is, by Hugging Face name.
   *
   * @throws DataException if a parameter has two sources, or a bias no weight
   */
  public static Map<String, Source> sources(OnnxWeights onnx) {
    Map<String, Source> sources = new TreeMap<>();
    for (String name : onnx.initializers().keySet()) {
      if (PARAMETER.matcher(name).matches()) {
        put(onnx, sources, withoutPrefix(name), new Source(name, false));
      }
    }
    for (OnnxWeights.Node node : onnx.nodes()) {
      if (node.opType().equals("MatMul") && node.inputs().size() == 2) {
        StoredTensor weight = onnx.initializers().get(node.inputs().get(1));
        if (weight != null && node.name().startsWith("/") && node.name().endsWith(MATMUL)) {
          String layer = node.name().substring(1, node.name().length() - MATMUL.length());
          String name = withoutPrefix(layer.replace('/', '.')) + ".weight";
          if (weight.shape().rank() != 2) {
            throw new DataException(
                onnx.where()
                    + ": "
                    + name
                    + ": expected a matrix, got "
                    + weight.name()
                    + " "
                    + weight.shape());
          }
          put(onnx, sources, name, new Source(weight.name(), true));
        }
      }
    }
    for (String name : sources.keySet()) {
      String weight = name.replaceAll("\\.bias$", ".weight");
      if (!sources.containsKey(weight)) {
        throw new DataException(
            onnx.where()
                + ": expected a MatMul node named after the layer of "
                + name
                + ", got none, so its weight cannot be found");
      }
    }
    return Collections.unmodifiableMap(sources);
  }

  private static void put(
      OnnxWeights onnx, Map<String, Source> sources, String name, Source source) {
    Source other = sources.putIfAbsent(name, source);
    if (other != null && !other.equals(source)) {
      throw new DataException(
          onnx.where()
              + ": "
              + name
              + ": expected one initialiser, got "
              + other.initializer
              + " and "
              + source.initializer);
    }
  }

  private static String withoutPrefix(String name) {
    return name.startsWith("bert.") ? name.substring("bert.".length()) : name;
  }

  @Override
  public Set<String> names() {
    return sources.keySet();
  }

  @Override
  public StoredTensor tensor(String name) {
    Source source = sources.get(name);
    if (source == null) {
      throw new DataException(
          onnx.where() + ": expected a tensor \"" + name + "\", got none of that name");
    }
    StoredTensor stored = initializer(source);
    return source.transposed
        ? transposed(name, stored)
        : new StoredTensor(name, stored.type(), stored.shape(), stored.data());
  }

  private StoredTensor initializer(Source source) {
    StoredTensor stored = onnx.initializers().get(source.initializer);
    if (stored == null) {
      throw new IllegalStateException("sources() named " + source.initializer);
    }
    return stored;
  }

  /** stored [in, out] -> [out, in], as F32. */
  private static StoredTensor transposed(String name, StoredTensor stored) {
    int in = stored.shape().axis(0);
    int out = stored.shape().axis(1);
    float[] values = stored.toFloats();
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = data.asFloatBuffer();
    // Square tiles keep reads and writes within the cache's lines.
    for (int rowTile = 0; rowTile < out; rowTile += TILE) {
      for (int columnTile = 0; columnTile < in; columnTile += TILE) {
        for (int row = rowTile; row < Math.min(out, rowTile + TILE); row++) {
          for (int column = columnTile; column < Math.min(in, columnTile + TILE); column++) {
            floats.put(row * in + column, values[column * out + row]);
          }
        }
      }
    }
    return new StoredTensor(name, DataType.F32, new Shape(out, in), data);
  }

  /** Always empty: what ONNX says of a model is not about its weights. */
  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  /** Does nothing: nothing stays open. */
  @Override
  public void close() {}
}
