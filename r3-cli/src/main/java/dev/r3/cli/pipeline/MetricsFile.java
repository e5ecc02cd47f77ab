package dev.r3.cli.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.r3.tensor.io.AtomicFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** metrics.jsonl of a run, as {@link dev.r3.train.trainer.JsonlEvents} writes it. */
record MetricsFile(Path path) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The curve of every training in the file, in the order in which they began. */
  List<LossCurve> curves() {
    Map<String, Recorded> runs = new LinkedHashMap<>();
    for (String text : lines()) {
      event(text)
          .ifPresent(
              event -> runs.computeIfAbsent(event.path("run").asText(), Recorded::new).add(event));
    }
    return runs.values().stream().map(Recorded::curve).toList();
  }

  /** Takes the lines of one training out, which begins anew. */
  void drop(String run) {
    List<String> kept =
        lines().stream()
            .filter(
                text -> event(text).filter(e -> !e.path("run").asText().equals(run)).isPresent())
            .toList();
    AtomicFiles.write(
        path,
        out -> {
          for (String text : kept) {
            out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  private List<String> lines() {
    try {
      return Files.exists(path) ? Files.readAllLines(path) : List.of();
    } catch (IOException failure) {
      throw new UncheckedIOException(path + ": expected to read it, got " + failure, failure);
    }
  }

  /** Empty for the half line that a killed process leaves. */
  private static Optional<JsonNode> event(String text) {
    try {
      return Optional.ofNullable(JSON.readTree(text)).filter(JsonNode::isObject);
    } catch (JsonProcessingException half) {
      return Optional.empty();
    }
  }

  /** After a resume some steps come twice, and the last line of each counts. */
  private static final class Recorded {
    private final String run;
    private final Map<Long, LossCurve.Point> points = new TreeMap<>();
    private final Map<Long, LossCurve.Validation> validations = new TreeMap<>();
    private String metric = "";

    Recorded(String run) {
      this.run = run;
    }

    void add(JsonNode event) {
      long step = event.path("step").asLong();
      switch (event.path("event").asText()) {
        case "step" ->
            points.put(
                step,
                new LossCurve.Point(
                    step, event.path("loss").asDouble(), event.path("learning_rate").asDouble()));
        case "validated" -> {
          metric = event.path("metric").asText();
          validations.put(step, new LossCurve.Validation(step, event.path("value").asDouble()));
        }
        default -> {
          // Where a run began and ended is no part of its curve.
        }
      }
    }

    LossCurve curve() {
      return new LossCurve(
          run, new ArrayList<>(points.values()), metric, new ArrayList<>(validations.values()));
    }
  }
}
