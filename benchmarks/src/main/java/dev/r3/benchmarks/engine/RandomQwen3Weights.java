package dev.r3.benchmarks.engine;

import dev.r3.tensor.AttentionForm;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Philox;
import dev.r3.tensor.Shape;
import dev.r3.tensor.io.DataType;
import dev.r3.tensor.io.HalfPrecision;
import dev.r3.tensor.io.StoredTensor;
import dev.r3.tensor.io.TensorStore;
import dev.r3.transformer.checkpoint.LoadOptions;
import dev.r3.transformer.checkpoint.Weights;
import dev.r3.transformer.qwen3.Qwen3Config;
import dev.r3.transformer.qwen3.Qwen3Decoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Random BF16 weights of a decoder with the released models' blocks (Qwen3-0.6B): as many of them
 * as asked for, and a small vocabulary, as no more is needed to time what a block costs.
 */
public final class RandomQwen3Weights implements TensorStore {
  private static final int VOCABULARY = 512;
  private static final float SPREAD = 0.02f; // Qwen3's initializer_range

  private final Qwen3Config config;
  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  /**
   * @param blocks how many; the released models have 28
   */
  public RandomQwen3Weights(int blocks) {
    AttentionForm attention = new AttentionForm(16, 8, 128, true);
    config = new Qwen3Config(VOCABULARY, 1024, blocks, attention, 3072, 32768, 1e-6, 1e6, true);
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    shapes.put("embed_tokens.weight", new Shape(VOCABULARY, hidden));
    shapes.put("norm.weight", new Shape(hidden));
    for (int block = 0; block < blocks; block++) {
      String name = "layers." + block + ".";
      shapes.put(name + "input_layernorm.weight", new Shape(hidden));
      shapes.put(name + "self_attn.q_proj.weight", new Shape(attention.queryWidth(), hidden));
      shapes.put(name + "self_attn.k_proj.weight", new Shape(attention.keyWidth(), hidden));
      shapes.put(name + "self_attn.v_proj.weight", new Shape(attention.keyWidth(), hidden));
      shapes.put(name + "self_attn.o_proj.weight", new Shape(hidden, attention.queryWidth()));
      shapes.put(name + "self_attn.q_norm.weight", new Shape(attention.headSize()));
      shapes.put(name + "self_attn.k_norm.weight", new Shape(attention.headSize()));
      shapes.put(name + "post_attention_layernorm.weight", new Shape(hidden));
      shapes.put(name + "mlp.gate_proj.weight", new Shape(inner, hidden));
      shapes.put(name + "mlp.up_proj.weight", new Shape(inner, hidden));
      shapes.put(name + "mlp.down_proj.weight", new Shape(hidden, inner));
    }
  }

  public Qwen3Config config() {
    return config;
  }

  /** A decoder of these weights. */
  public Qwen3Decoder decoder(Backend root, LoadOptions options) {
    return new Qwen3Decoder(config, weights(root, options));
  }

  public Weights weights(Backend root, LoadOptions options) {
    return new Weights("RandomQwen3Weights", this, "", root, options);
  }

  /** Numbers of one block's matrices: each token multiplies and adds once with each. */
  public long matrixElementsOfABlock() {
    return shapes.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("layers.0.") && entry.getValue().rank() == 2)
        .mapToLong(entry -> entry.getValue().size())
        .sum();
  }

  @Override
  public Set<String> names() {
    return new TreeSet<>(shapes.keySet());
  }

  /** The same numbers whenever it is asked. */
  @Override
  public StoredTensor tensor(String name) {
    Shape shape = Objects.requireNonNull(shapes.get(name), name);
    float middle = name.endsWith("norm.weight") ? 1 : 0;
    float[] normals = Philox.of(1, name.hashCode(), 0).normals(shape.size());
    ByteBuffer bytes =
        ByteBuffer.allocate(Short.BYTES * normals.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float normal : normals) {
      bytes.putShort(HalfPrecision.floatToBfloat16(middle + SPREAD * normal));
    }
    return new StoredTensor(name, DataType.BF16, shape, bytes.flip());
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public void close() {}
}
