package dev.r3.cli.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.r3.tensor.io.DataException;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.Split;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** config.json of a run: what decides the numbers of each of its trainings, by their names. */
public record RunConfig(Path file) {

  /** Settings that decide nothing of an embedding model. */
  private static final Set<String> OF_RERANKERS =
      Set.of(
          "settings.preset.name",
          "settings.preset.pair_tokens",
          "settings.preset.recall_depth",
          "settings.preset.own_pool",
          "settings.preset.reranker");

  /**
   * What decides the numbers of one training, on one machine.
   *
   * @param data stands for the content of the data set
   * @param start stands for the parameters that the training starts from
   */
  public record Training(Demo.Settings settings, String data, String start) {}

  /** Notes the settings of a training, in place of what that name had. */
  public void write(String name, Training training) {
    ObjectNode all = Files.exists(file) ? read() : RunFolder.object();
    all.set(name, RunFolder.tree(training));
    RunFolder.writeJson(file, all);
  }

  /**
   * Checks that a training that goes on is the one that was interrupted.
   *
   * @throws DataException with every setting that differs
   */
  public void requireSame(String name, Training training) {
    List<String> differences = differences(name, training);
    if (!differences.isEmpty()) {
      throw new DataException(
          file
              + ": expected the settings of the interrupted training \""
              + name
              + "\", got "
              + String.join(", ", differences)
              + "; give the same options, or begin anew without --resume");
    }
  }

  /** Whether that name has exactly these settings. */
  public boolean isSame(String name, Training training) {
    return differences(name, training).isEmpty();
  }

  private List<String> differences(String name, Training training) {
    JsonNode before = Files.exists(file) ? read().path(name) : RunFolder.object();
    List<String> differences = new ArrayList<>();
    boolean ofReranker = name.equals(RunFolder.RERANKER) || name.equals(RunFolder.NO_PUSH_AWAY);
    Set<String> ignored = ofReranker ? Set.of() : OF_RERANKERS;
    compare("", before, RunFolder.tree(training), ignored, differences);
    return differences;
  }

  /** Stands for all skills, requests and rejections. */
  public static String digest(SkillDataset dataset) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      update(sha256, dataset.skills().values());
      for (Split split : Split.values()) {
        update(sha256, dataset.requests(split));
        update(sha256, dataset.rejections(split));
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("RunConfig: expected SHA-256 in every JVM, got " + e, e);
    }
  }

  private static void update(MessageDigest digest, Iterable<?> records) {
    for (Object row : records) {
      digest.update(row.toString().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
    }
    digest.update((byte) 0);
  }

  private ObjectNode read() {
    JsonNode tree = RunFolder.readTree(file);
    if (!(tree instanceof ObjectNode object)) {
      throw new DataException(file + ": expected a JSON object, got " + tree.getNodeType());
    }
    return object;
  }

  private static void compare(
      String path, JsonNode before, JsonNode now, Set<String> ignored, List<String> into) {
    if (ignored.contains(path)) {
      return;
    }
    if (now.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      before.fieldNames().forEachRemaining(names::add);
      now.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        String inner = path.isEmpty() ? name : path + "." + name;
        compare(inner, before.path(name), now.path(name), ignored, into);
      }
    } else if (!before.equals(now)) {
      into.add(
          "%s %s instead of %s"
              .formatted(path, shown(now), before.isMissingNode() ? "none" : shown(before)));
    }
  }

  private static String shown(JsonNode value) {
    String text = value.isMissingNode() ? "none" : value.asText(value.toString());
    return text.length() > 16 && text.matches("[0-9a-f:]+") ? text.substring(0, 12) + "…" : text;
  }
}
