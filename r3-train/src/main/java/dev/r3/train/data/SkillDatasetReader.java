package dev.r3.train.data;

import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.JsonLines;
import dev.r3.tensor.io.JsonLines.Row;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a {@link SkillDataset} and checks that its files agree with each other. */
final class SkillDatasetReader {
  private static final String UNKNOWN_LANGUAGE = "und";

  /** Opens a file of the data set by its name; null where there is none. */
  interface Source {
    @Nullable InputStream open(String name) throws IOException;
  }

  /** A request with the line it came from, which the checks across lines report. */
  private record RequestLine(Split split, Request request, Row row) {}

  private final Source source;
  private final String place;
  private final Map<String, SkillText> skills = new LinkedHashMap<>();
  private final Set<String> rejectionIds = new HashSet<>();

  SkillDatasetReader(Source source, String place) {
    this.source = source;
    this.place = place;
  }

  SkillDataset read() {
    if (rows("skills.jsonl", this::addSkill) == null) {
      throw new DataException(place + ": expected a file skills.jsonl, got none");
    }
    List<RequestLine> lines = requestLines();
    checkTranslations(lines);
    Map<Split, List<Request>> requests = new EnumMap<>(Split.class);
    for (RequestLine line : lines) {
      requests.computeIfAbsent(line.split(), split -> new ArrayList<>()).add(line.request());
    }
    requests.replaceAll((split, list) -> List.copyOf(list));
    Map<Split, List<Rejection>> rejections = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      @Nullable List<Rejection> list =
          rows("rejections-" + split.label() + ".jsonl", this::rejection);
      if (list != null) {
        rejections.put(split, List.copyOf(list));
      }
    }
    return new SkillDataset(skills, requests, rejections);
  }

  private SkillText addSkill(Row row) {
    SkillText skill =
        new SkillText(
            row.text("id"),
            row.text("text"),
            row.optionalText("lang").orElse(UNKNOWN_LANGUAGE),
            row.optionalText("domain").orElse(null),
            row.optionalText("subdomain").orElse(null),
            row.optionalText("split").map(Split::of).orElse(null));
    if (skills.putIfAbsent(skill.id(), skill) != null) {
      throw duplicate(row, skill.id());
    }
    return skill;
  }

  private List<RequestLine> requestLines() {
    @Nullable List<RequestLine> mixed =
        rows(
            "queries.jsonl",
            row -> requestLine(row.optionalText("split").map(Split::of).orElse(Split.TRAIN), row));
    List<RequestLine> lines = new ArrayList<>();
    for (Split split : Split.values()) {
      @Nullable List<RequestLine> own =
          rows(split.label() + ".jsonl", row -> requestLine(split, row));
      if (own != null) {
        lines.addAll(own);
      }
    }
    if (mixed == null && lines.isEmpty()) {
      throw new DataException(
          place + ": expected train.jsonl, dev.jsonl, test.jsonl or queries.jsonl, got none");
    }
    if (mixed != null && !lines.isEmpty()) {
      throw new DataException(
          place + ": expected queries.jsonl or a file for each split, got both");
    }
    return mixed == null ? lines : mixed;
  }

  private RequestLine requestLine(Split split, Row row) {
    List<String> golds = row.texts("skill_ids").stream().distinct().toList();
    List<String> rejected = row.optionalTexts("rejected_ids");
    requireKnown(golds, row);
    requireKnown(rejected, row);
    String language = row.optionalText("lang").orElse(UNKNOWN_LANGUAGE);
    Request request =
        new Request(
            row.text(row.has("query_id") ? "query_id" : "id"),
            row.text("query"),
            golds,
            language,
            row.optionalText("direction").orElseGet(() -> language + "2" + languageOf(golds)),
            row.optionalText("translation_of").orElse(null),
            rejected);
    return new RequestLine(split, request, row);
  }

  /** The one language of all these skills, or unknown. */
  private String languageOf(List<String> skillIds) {
    List<String> languages =
        skillIds.stream().map(skills::get).map(SkillText::language).distinct().toList();
    return languages.size() == 1 ? languages.get(0) : UNKNOWN_LANGUAGE;
  }

  private static void checkTranslations(List<RequestLine> lines) {
    Map<String, RequestLine> byId = new HashMap<>();
    for (RequestLine line : lines) {
      if (byId.putIfAbsent(line.request().id(), line) != null) {
        throw duplicate(line.row(), line.request().id());
      }
    }
    for (RequestLine line : lines) {
      @Nullable String id = line.request().translationOf();
      if (id != null) {
        checkTranslation(line, id, byId.get(id));
      }
    }
  }

  private static void checkTranslation(
      RequestLine line, String originalId, @Nullable RequestLine original) {
    if (original == null || original.split() != line.split()) {
      throw line.row()
          .error("expected translation_of to name a request of its split, got " + originalId);
    }
    if (original.request().translationOf() != null) {
      throw line.row()
          .error("expected translation_of to name an original, got the translation " + originalId);
    }
    List<String> golds = original.request().skillIds();
    if (!Set.copyOf(golds).equals(Set.copyOf(line.request().skillIds()))) {
      throw line.row()
          .error(
              "expected the golds "
                  + golds
                  + " of its original "
                  + originalId
                  + ", got "
                  + line.request().skillIds());
    }
  }

  private Rejection rejection(Row row) {
    Rejection rejection =
        new Rejection(
            row.text("id"), row.texts("skill_ids"), row.text("reason_class"), row.text("reason"));
    requireKnown(rejection.skillIds(), row);
    if (!rejectionIds.add(rejection.id())) {
      throw duplicate(row, rejection.id());
    }
    return rejection;
  }

  private void requireKnown(List<String> skillIds, Row row) {
    for (String id : skillIds) {
      if (!skills.containsKey(id)) {
        throw row.error("expected the id of a skill in skills.jsonl, got " + id);
      }
    }
  }

  private static DataException duplicate(Row row, String id) {
    return row.error("expected an id of its own, got " + id + " a second time");
  }

  /** The parsed rows of a file, at least one; null where there is no such file. */
  private <T> @Nullable List<T> rows(String name, Function<Row, T> parse) {
    String file = place + "/" + name;
    try (InputStream in = source.open(name)) {
      if (in == null) {
        return null;
      }
      List<T> rows = JsonLines.read(in, file, parse);
      if (rows.isEmpty()) {
        throw new DataException(file + ": expected at least one row, got an empty file");
      }
      return rows;
    } catch (IOException e) {
      throw new DataException(file + ": expected a readable file, got " + e, e);
    }
  }
}
