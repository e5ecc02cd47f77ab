package dev.r3.cli.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A few dozen skills of r3-mini with some of their requests, as a data set of its own. */
public final class SmallDataset {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SKILLS = 24; // of each split
  private static final int REQUESTS = 32;

  private SmallDataset() {}

  /** Writes the data set's files into {@code folder}. */
  public static Path write(Path folder) throws IOException {
    Set<String> kept = new HashSet<>();
    StringBuilder skills = new StringBuilder();
    for (String split : List.of("train", "dev", "test")) {
      int count = 0;
      for (String line : lines("skills.jsonl")) {
        JsonNode skill = JSON.readTree(line);
        if (skill.path("split").textValue().equals(split) && count < SKILLS) {
          skills.append(line).append('\n');
          kept.add(skill.path("id").textValue());
          count++;
        }
      }
    }
    Files.writeString(folder.resolve("skills.jsonl"), skills);
    for (String split : List.of("train", "dev", "test")) {
      copy(folder, split + ".jsonl", kept, REQUESTS);
      copy(folder, "rejections-" + split + ".jsonl", kept, Integer.MAX_VALUE);
    }
    return folder;
  }

  /** The rows whose skills are all kept; originals only, since a translation names its original. */
  private static void copy(Path folder, String file, Set<String> kept, int limit)
      throws IOException {
    StringBuilder rows = new StringBuilder();
    int count = 0;
    for (String line : lines(file)) {
      JsonNode row = JSON.readTree(line);
      boolean known = true;
      for (JsonNode id : row.path("skill_ids")) {
        known &= kept.contains(id.textValue());
      }
      if (known && !row.has("translation_of") && count < limit) {
        rows.append(line).append('\n');
        count++;
      }
    }
    if (count > 0) {
      Files.writeString(folder.resolve(file), rows);
    }
  }

  private static List<String> lines(String file) throws IOException {
    try (InputStream in = SmallDataset.class.getResourceAsStream("/dev/r3/cli/r3-mini/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
