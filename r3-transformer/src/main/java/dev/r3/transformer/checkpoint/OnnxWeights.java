package dev.r3.transformer.checkpoint;

import dev.r3.tensor.Shape;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.DataType;
import dev.r3.tensor.io.StoredTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The weights of an ONNX model and the graph that uses them. Exporters fold transposed weights into
 * constants without a name of meaning, so that only the nodes say which weight is which.
 *
 * <p>Initialisers of type FLOAT and FLOAT16 are read; those of other types (indices, masks) are
 * left out. Field numbers are those of onnx.proto.
 */
public final class OnnxWeights {
  private static final int MODEL_GRAPH = 7;

  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;

  private static final int NODE_INPUT = 1;
  private static final int NODE_OUTPUT = 2;
  private static final int NODE_NAME = 3;
  private static final int NODE_OP_TYPE = 4;

  private static final int TENSOR_DIMS = 1;
  private static final int TENSOR_DATA_TYPE = 2;
  private static final int TENSOR_FLOAT_DATA = 4;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_RAW_DATA = 9;
  private static final int TENSOR_DATA_LOCATION = 14;

  private static final long FLOAT = 1;
  private static final long FLOAT16 = 10;

  private static final int MAX_RANK = 16;

  /** An operation of the graph; inputs are names of initialisers or of other nodes' outputs. */
  public record Node(String opType, String name, List<String> inputs, List<String> outputs) {
    public Node {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  private final String where;
  private final Map<String, StoredTensor> initializers;
  private final List<Node> nodes;

  OnnxWeights(String where, Map<String, StoredTensor> initializers, List<Node> nodes) {
    this.where = where;
    this.initializers = Collections.unmodifiableMap(new TreeMap<>(initializers));
    this.nodes = List.copyOf(nodes);
  }

  /**
   * Maps a file into memory.
   *
   * @throws DataException if it is no ONNX model, is damaged, or keeps its weights in another file
   * @throws UncheckedIOException if it cannot be read
   */
  public static OnnxWeights read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new DataException(
            file + ": expected an ONNX file of less than 2 GB, got " + channel.size() + " bytes");
      }
      return parse(file.toString(), channel.map(MapMode.READ_ONLY, 0, channel.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": expected a readable file, got " + e, e);
    }
  }

  /** Reads a stream to its end, a resource of a jar for one; {@code name} is for messages. */
  public static OnnxWeights read(InputStream in, String name) {
    try {
      return parse(name, ByteBuffer.wrap(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": expected a readable stream, got " + e, e);
    }
  }

  /** Float tensors of the graph, sorted by name. */
  public Map<String, StoredTensor> initializers() {
    return initializers;
  }

  /** Nodes of the graph, in the file's order. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The file, for messages. */
  public String where() {
    return where;
  }

  private static OnnxWeights parse(String where, ByteBuffer bytes) {
    Map<String, StoredTensor> initializers = new TreeMap<>();
    List<Node> nodes = new ArrayList<>();
    boolean hasGraph = false;
    ProtobufReader model = new ProtobufReader(where, bytes);
    while (model.next()) {
      if (model.field() == MODEL_GRAPH) {
        hasGraph = true;
        ProtobufReader graph = model.message();
        while (graph.next()) {
          if (graph.field() == GRAPH_NODE) {
            nodes.add(node(graph.message()));
          } else if (graph.field() == GRAPH_INITIALIZER) {
            StoredTensor tensor = new TensorFields(where, graph.message()).tensor();
            if (tensor != null && initializers.put(tensor.name(), tensor) != null) {
              throw new DataException(
                  where + ": expected every initialiser once, got \"" + tensor.name() + "\" twice");
            }
          }
        }
      }
    }
    if (!hasGraph) {
      throw new DataException(where + ": expected an ONNX model with a graph, got none");
    }
    return new OnnxWeights(where, initializers, nodes);
  }

  private static Node node(ProtobufReader fields) {
    String opType = "";
    String name = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    while (fields.next()) {
      switch (fields.field()) {
        case NODE_INPUT -> inputs.add(fields.text());
        case NODE_OUTPUT -> outputs.add(fields.text());
        case NODE_NAME -> name = fields.text();
        case NODE_OP_TYPE -> opType = fields.text();
        default -> {} // attributes, documentation
      }
    }
    return new Node(opType, name, inputs, outputs);
  }

  /** The fields of a TensorProto, which come in any order. */
  private static final class TensorFields {
    private final String where;
    private final List<Long> dims = new ArrayList<>();
    private final ByteArrayOutputStream floatData = new ByteArrayOutputStream();
    private @Nullable ByteBuffer rawData;
    private String name = "";
    private long dataType;
    private boolean external;

    TensorFields(String where, ProtobufReader fields) {
      this.where = where;
      while (fields.next()) {
        switch (fields.field()) {
          case TENSOR_DIMS -> {
            for (long dim : fields.integers()) {
              dims.add(dim);
            }
            if (dims.size() > MAX_RANK) {
              throw fault("at most " + MAX_RANK + " axes", "" + dims.size());
            }
          }
          case TENSOR_DATA_TYPE -> dataType = fields.integer();
          case TENSOR_FLOAT_DATA -> floatData.writeBytes(fields.floats());
          case TENSOR_NAME -> name = fields.text();
          case TENSOR_RAW_DATA -> rawData = fields.bytes();
          case TENSOR_DATA_LOCATION -> external = fields.integer() != 0;
          default -> {} // data of other types, documentation
        }
      }
    }

    /** Null for types that hold no weights. */
    @Nullable StoredTensor tensor() {
      if (dataType != FLOAT && dataType != FLOAT16) {
        return null;
      }
      DataType type = dataType == FLOAT ? DataType.F32 : DataType.F16;
      if (external) {
        throw fault("data within the file", "external data");
      }
      Shape shape = shape();
      ByteBuffer data = rawData;
      if (data == null) {
        data = ByteBuffer.wrap(type == DataType.F32 ? floatData.toByteArray() : new byte[0]);
      }
      if (data.remaining() != (long) shape.size() * type.bytes()) {
        throw fault(
            (long) shape.size() * type.bytes() + " bytes for " + type + " " + shape,
            "" + data.remaining());
      }
      return new StoredTensor(name, type, shape, data);
    }

    private Shape shape() {
      long size = 1;
      int[] axes = new int[dims.size()];
      for (int i = 0; i < axes.length; i++) {
        long dim = dims.get(i);
        // Both factors stay below 2^31, so the product cannot overflow.
        size = dim < 0 || dim > Integer.MAX_VALUE ? Long.MAX_VALUE : size * dim;
        if (size > Integer.MAX_VALUE) {
          throw fault("axes of at least 0 and at most 2^31 - 1 elements", dims.toString());
        }
        axes[i] = (int) dim;
      }
      return new Shape(axes);
    }

    private DataException fault(String expected, String got) {
      return new DataException(
          where + ": initialiser \"" + name + "\": expected " + expected + ", got " + got);
    }
  }
}
