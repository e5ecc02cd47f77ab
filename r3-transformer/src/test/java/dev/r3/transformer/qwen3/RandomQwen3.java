package dev.r3.transformer.qwen3;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.r3.tensor.AttentionForm;
import dev.r3.tensor.Philox;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Storage;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.io.DataType;
import dev.r3.tensor.io.SafetensorsWriter;
import dev.r3.tensor.io.TensorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A Qwen3 checkpoint of random weights, of any size: the weights are made while they are written.
 *
 * @param layout how it is stored; what it computes does not depend on it
 */
public record RandomQwen3(Qwen3Config config, Layout layout) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final float SPREAD = 0.02f; // Qwen3's initializer_range

  /**
   * How a checkpoint is stored.
   *
   * @param prefix of the decoder's names: "model." or none
   * @param outputLayer whether there is an lm_head.weight
   * @param scoreHead whether there is a score.weight of one label
   * @param shards files that hold the weights
   */
  public record Layout(
      String prefix, boolean outputLayer, boolean scoreHead, DataType type, int shards) {
    /** As Qwen3-Reranker is published. */
    public static final Layout RERANKER = new Layout("model.", false, false, DataType.BF16, 1);

    /** As Qwen3-Embedding is published. */
    public static final Layout EMBEDDING = new Layout("", false, false, DataType.BF16, 1);
  }

  /** The shapes of the released R3 models. */
  public static Qwen3Config released() {
    return new Qwen3Config(
        151669, 1024, 28, new AttentionForm(16, 8, 128, true), 3072, 32768, 1e-6, 1e6, true);
  }

  /** Small shapes of the same kind: heads together wider than the hidden state, two to a group. */
  public static Qwen3Config small(int vocabulary) {
    return new Qwen3Config(
        vocabulary, 24, 2, new AttentionForm(4, 2, 8, true), 40, 4096, 1e-6, 1e6, true);
  }

  public RandomQwen3 with(Layout other) {
    return new RandomQwen3(config, other);
  }

  /** Writes config.json, the weights and tokenizer.json into a folder, made if need be. */
  public Path write(Path folder, ObjectNode tokenizer) throws IOException {
    Files.createDirectories(folder);
    JSON.writeValue(folder.resolve("config.json").toFile(), configJson());
    JSON.writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer);
    Map<String, Shape> shapes = shapes();
    ObjectNode index = JSON.createObjectNode();
    ObjectNode shardOf = index.putObject("weight_map");
    SafetensorsWriter writer = new SafetensorsWriter();
    int written = 0;
    int shard = 1;
    for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
      String name = entry.getKey();
      writer.add(name, layout.type(), tensor(plainName(name), entry.getValue()));
      shardOf.put(name, shardFile(shard));
      written++;
      if (written * layout.shards() >= shard * shapes.size()) {
        writer.write(folder.resolve(shardFile(shard)));
        writer = new SafetensorsWriter();
        shard++;
      }
    }
    if (layout.shards() > 1) {
      JSON.writeValue(folder.resolve(TensorStore.INDEX_FILE).toFile(), index);
    }
    return folder;
  }

  private String shardFile(int shard) {
    return layout.shards() == 1
        ? TensorStore.SINGLE_FILE
        : "model-%05d-of-%05d.safetensors".formatted(shard, layout.shards());
  }

  /** config.json as transformers 4 writes it. */
  public ObjectNode configJson() {
    ObjectNode json = JSON.createObjectNode();
    json.putArray("architectures")
        .add(layout.scoreHead() ? "Qwen3ForSequenceClassification" : "Qwen3ForCausalLM");
    json.put("model_type", "qwen3").put("hidden_act", "silu").put("attention_bias", false);
    json.put("vocab_size", config.vocabularySize()).put("hidden_size", config.hiddenSize());
    json.put("num_hidden_layers", config.layers());
    json.put("num_attention_heads", config.attention().heads());
    json.put("num_key_value_heads", config.attention().kvHeads());
    json.put("head_dim", config.attention().headSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("max_position_embeddings", config.maxTokens());
    json.put("rms_norm_eps", config.epsilon()).put("rope_theta", config.theta());
    json.putNull("rope_scaling").putNull("sliding_window").put("use_sliding_window", false);
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    json.put("torch_dtype", layout.type() == DataType.BF16 ? "bfloat16" : "float32");
    return json;
  }

  private Map<String, Shape> shapes() {
    int hidden = config.hiddenSize();
    int queries = config.attention().queryWidth();
    int keys = config.attention().keyWidth();
    int inner = config.intermediateSize();
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(layout.prefix() + "embed_tokens.weight", new Shape(config.vocabularySize(), hidden));
    for (int i = 0; i < config.layers(); i++) {
      String layer = layout.prefix() + "layers." + i + ".";
      shapes.put(layer + "input_layernorm.weight", new Shape(hidden));
      shapes.put(layer + "self_attn.q_proj.weight", new Shape(queries, hidden));
      shapes.put(layer + "self_attn.k_proj.weight", new Shape(keys, hidden));
      shapes.put(layer + "self_attn.v_proj.weight", new Shape(keys, hidden));
      shapes.put(layer + "self_attn.o_proj.weight", new Shape(hidden, queries));
      shapes.put(layer + "self_attn.q_norm.weight", new Shape(config.attention().headSize()));
      shapes.put(layer + "self_attn.k_norm.weight", new Shape(config.attention().headSize()));
      shapes.put(layer + "post_attention_layernorm.weight", new Shape(hidden));
      shapes.put(layer + "mlp.gate_proj.weight", new Shape(inner, hidden));
      shapes.put(layer + "mlp.up_proj.weight", new Shape(inner, hidden));
      shapes.put(layer + "mlp.down_proj.weight", new Shape(hidden, inner));
    }
    shapes.put(layout.prefix() + "norm.weight", new Shape(hidden));
    if (layout.outputLayer()) {
      shapes.put("lm_head.weight", new Shape(config.vocabularySize(), hidden));
    }
    if (layout.scoreHead()) {
      shapes.put("score.weight", new Shape(1, hidden));
    }
    return shapes;
  }

  private String plainName(String name) {
    return name.startsWith(layout.prefix()) ? name.substring(layout.prefix().length()) : name;
  }

  /** Values that depend on name and place alone; a tied output layer is the embedding. */
  private Tensor tensor(String name, Shape shape) {
    boolean tied = name.equals("lm_head.weight") && config.tiedEmbeddings();
    String seed = tied ? "embed_tokens.weight" : name;
    float middle = name.endsWith("norm.weight") ? 1 : 0;
    // Narrow models need larger weights for their states to differ from token to token.
    float spread = SPREAD * (float) Math.sqrt(1024.0 / config.hiddenSize());
    return new Tensor(shape, new RandomStorage(seed.hashCode(), middle, spread));
  }

  /** Normal numbers of one period, from a place that depends on the seed. */
  private record RandomStorage(int seed, float middle, float spread) implements Storage {
    private static final int PERIOD = 1_000_003; // prime: rows do not repeat
    private static final float[] NORMALS = Philox.of(7, 0, 0).normals(PERIOD);

    private float at(int index) {
      int place = (int) Math.floorMod((long) index + seed, (long) PERIOD);
      return middle + spread * NORMALS[place];
    }

    @Override
    public void copyTo(int start, int count, float[] target) {
      for (int i = 0; i < count; i++) {
        target[i] = at(start + i);
      }
    }

    @Override
    public void copyTo(int start, int count, double[] target) {
      for (int i = 0; i < count; i++) {
        target[i] = at(start + i);
      }
    }
  }
}
