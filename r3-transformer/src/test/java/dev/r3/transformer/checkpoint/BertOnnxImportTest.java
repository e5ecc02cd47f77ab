package dev.r3.transformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.r3.tensor.Shape;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.StoredTensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BertOnnxImportTest {
  private static InputStream resource(String name) {
    return BertOnnxImportTest.class.getResourceAsStream(name);
  }

  private static JsonNode golden(String folder) throws IOException {
    try (InputStream in = resource("/goldens/real-models/" + folder + "/onnx_to_hf.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static Map<String, BertOnnxImport.Source> expectedSources(JsonNode golden) {
    Map<String, BertOnnxImport.Source> expected = new TreeMap<>();
    golden
        .properties()
        .forEach(
            entry ->
                expected.put(
                    entry.getKey(),
                    new BertOnnxImport.Source(
                        entry.getValue().get("onnx").textValue(),
                        entry.getValue().get("transposed").booleanValue())));
    return expected;
  }

  @ParameterizedTest
  @CsvSource({
    "all-minilm-l6-v2, all-minilm-l6-v2",
    "bge-small-en-v15, bge-small-en-v1.5",
    "bge-small-zh-v15, bge-small-zh-v1.5",
    "e5-small-v2, e5-small-v2",
  })
  void findsEveryParameterOfPublicModels(String folder, String model) throws IOException {
    JsonNode golden = golden(folder);
    OnnxWeights onnx;
    try (InputStream in = resource("/" + model + ".onnx")) {
      onnx = OnnxWeights.read(in, model + ".onnx");
    }
    assertThat(BertOnnxImport.sources(onnx)).isEqualTo(expectedSources(golden));

    try (BertOnnxImport store = new BertOnnxImport(onnx)) {
      for (Map.Entry<String, JsonNode> entry : golden.properties()) {
        StoredTensor tensor = store.tensor(entry.getKey());
        int[] axes = new ObjectMapper().treeToValue(entry.getValue().get("shape"), int[].class);
        assertThat(tensor.shape()).isEqualTo(new Shape(axes));
        assertThat(tensor.name()).isEqualTo(entry.getKey());
        float[] raw = onnx.initializers().get(entry.getValue().get("onnx").textValue()).toFloats();
        float[] values = tensor.toFloats();
        if (entry.getValue().get("transposed").booleanValue()) {
          int out = axes[0];
          int in = axes[1];
          for (int i = 0; i < values.length; i += 97) {
            assertThat(values[i]).isEqualTo(raw[(i % in) * out + i / in]);
          }
        } else {
          assertThat(values).isEqualTo(raw);
        }
      }
    }
  }

  @Test
  void aRenamedNodeBreaksTheGolden() throws IOException {
    OnnxWeights onnx;
    try (InputStream in = resource("/bge-small-zh-v1.5.onnx")) {
      onnx = OnnxWeights.read(in, "bge-small-zh-v1.5.onnx");
    }
    Map<String, String> swapped =
        Map.of(
            "/encoder/layer.2/attention/self/query/MatMul",
            "/encoder/layer.2/attention/self/key/MatMul",
            "/encoder/layer.2/attention/self/key/MatMul",
            "/encoder/layer.2/attention/self/query/MatMul");
    List<OnnxWeights.Node> nodes =
        onnx.nodes().stream()
            .map(
                node ->
                    new OnnxWeights.Node(
                        node.opType(),
                        swapped.getOrDefault(node.name(), node.name()),
                        node.inputs(),
                        node.outputs()))
            .toList();
    assertThat(BertOnnxImport.sources(new OnnxWeights("swapped", onnx.initializers(), nodes)))
        .isNotEqualTo(expectedSources(golden("bge-small-zh-v15")));

    List<OnnxWeights.Node> unnamed =
        onnx.nodes().stream()
            .map(node -> new OnnxWeights.Node(node.opType(), "", node.inputs(), node.outputs()))
            .toList();
    assertThatThrownBy(
            () -> BertOnnxImport.sources(new OnnxWeights("unnamed", onnx.initializers(), unnamed)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "unnamed: expected a MatMul node named after the layer of"
                + " encoder.layer.0.attention.output.dense.bias, got none, so its weight cannot be"
                + " found");
  }

  private static byte[] model(String prefix, OnnxFile... more) {
    OnnxFile graph =
        new OnnxFile()
            .message(1, OnnxFile.node("MatMul", "/" + prefix + "dense/MatMul", "x", "m1"))
            .message(5, OnnxFile.tensor("m1", 2, 3, 1, 2, 3, 4, 5, 6))
            .message(5, OnnxFile.tensor(prefix.replace('/', '.') + "dense.bias", 1, 3, 7, 8, 9))
            .message(5, OnnxFile.tensor("onnx::Div_5", 1, 1, 8));
    for (OnnxFile tensor : more) {
      graph.message(5, tensor);
    }
    return OnnxFile.model(graph);
  }

  @Test
  void transposesBackAndDropsThePrefix(@TempDir Path folder) throws IOException {
    for (String prefix : new String[] {"", "bert/"}) {
      Path file = Files.write(folder.resolve("model.onnx"), model(prefix));
      try (BertOnnxImport store = BertOnnxImport.open(file)) {
        assertThat(store.names()).containsExactly("dense.bias", "dense.weight");
        assertThat(store.tensor("dense.weight").shape()).isEqualTo(new Shape(3, 2));
        assertThat(store.tensor("dense.weight").toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
        assertThat(store.tensor("dense.bias").toFloats()).containsExactly(7, 8, 9);
        assertThat(store.metadata()).isEmpty();
        assertThatThrownBy(() -> store.tensor("pooler.dense.weight"))
            .isInstanceOf(DataException.class)
            .hasMessage(
                file + ": expected a tensor \"pooler.dense.weight\", got none of that name");
      }
    }
  }

  @Test
  void refusesAParameterWithTwoSources() {
    byte[] twice = model("", OnnxFile.tensor("dense.weight", 3, 2, 1, 2, 3, 4, 5, 6));
    assertThatThrownBy(() -> BertOnnxImport.read(new ByteArrayInputStream(twice), "twice.onnx"))
        .isInstanceOf(DataException.class)
        .hasMessage("twice.onnx: dense.weight: expected one initialiser, got dense.weight and m1");
  }
}
