package dev.r3.retrieve.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.r3.tensor.io.AtomicFiles;
import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A report as JSON: {@code system}, {@code pool_size}, {@code metrics}, {@code means} (by
 * direction, then metric; for readers other than this one) and {@code queries}.
 */
final class ReportFile {
  private static final JsonMapper JSON = new JsonMapper();

  private ReportFile() {}

  static void write(Path file, EvaluationReport report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("system", report.system());
    root.put("pool_size", report.poolSize());
    report.metrics().forEach(root.putArray("metrics")::add);
    List<String> directions = new ArrayList<>(report.directions());
    directions.add(0, EvaluationReport.ALL);
    ObjectNode means = root.putObject("means");
    for (String direction : directions) {
      ObjectNode values = means.putObject(direction);
      for (String metric : report.metrics()) {
        report.mean(metric, direction).ifPresent(mean -> values.put(metric, mean));
      }
    }
    for (EvaluationReport.QueryResult query : report.queries()) {
      ObjectNode node = root.withArray("queries").addObject();
      node.put("id", query.id());
      node.put("direction", query.direction());
      node.put("golds", query.golds());
      node.put("first", query.first());
      query.values().forEach(node.putObject("values")::put);
    }
    byte[] bytes = root.toPrettyString().getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, out -> out.write(bytes));
  }

  static EvaluationReport read(Path file) {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new DataException(
          file + ": expected an evaluation report, got " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new DataException(file + ": expected a readable file, got " + e, e);
    }
    try {
      List<String> metrics = new ArrayList<>();
      root.required("metrics").forEach(metric -> metrics.add(metric.asText()));
      List<EvaluationReport.QueryResult> queries = new ArrayList<>();
      root.required("queries").forEach(query -> queries.add(query(query)));
      return new EvaluationReport(
          root.required("system").asText(), root.required("pool_size").asInt(), metrics, queries);
    } catch (IllegalArgumentException e) {
      throw new DataException(file + ": expected an evaluation report, got " + e.getMessage(), e);
    }
  }

  private static EvaluationReport.QueryResult query(JsonNode node) {
    Map<String, Double> values = new LinkedHashMap<>();
    node.required("values")
        .fields()
        .forEachRemaining(value -> values.put(value.getKey(), value.getValue().asDouble()));
    return new EvaluationReport.QueryResult(
        node.required("id").asText(),
        node.required("direction").asText(),
        node.required("golds").asInt(),
        node.required("first").asText(),
        values);
  }
}
