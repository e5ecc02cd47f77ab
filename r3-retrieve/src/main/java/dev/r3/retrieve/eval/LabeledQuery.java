package dev.r3.retrieve.eval;

import dev.r3.retrieve.skill.SkillLibrary;
import dev.r3.tensor.io.DataException;
import dev.r3.tensor.io.JsonLines;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A request and the skills that solve it together.
 *
 * @param id unique among the queries of an evaluation
 * @param skillIds the gold set, not empty
 * @param direction languages of request and skills, such as {@code zh2en}; empty if not known
 */
public record LabeledQuery(String id, String query, Set<String> skillIds, String direction) {

  public LabeledQuery {
    skillIds = Collections.unmodifiableSet(new LinkedHashSet<>(skillIds));
    if (id.isBlank()) {
      throw new IllegalArgumentException(
          "LabeledQuery: expected an id that is not blank, got \"" + id + "\"");
    }
    if (query.isBlank()) {
      throw new IllegalArgumentException(
          "LabeledQuery(" + id + "): expected a query that is not blank, got \"" + query + "\"");
    }
    if (skillIds.isEmpty()) {
      throw new IllegalArgumentException(
          "LabeledQuery(" + id + "): expected at least one gold skill, got none");
    }
  }

  /**
   * Reads one query a line, {@code {"id": ..., "query": ..., "skill_ids": [...], "direction":
   * ...}}. The id may be called {@code query_id}, or be missing: then it is {@code line-N}. Without
   * a direction, the field {@code lang} stands for it. Other fields are ignored.
   *
   * @param pool the skills to be ranked
   * @throws DataException with file and line, on a malformed line, a gold skill that is not in the
   *     pool, or an id that was there before; with the file, if it holds no query
   */
  public static List<LabeledQuery> readJsonl(Path file, SkillLibrary pool) {
    Map<String, Integer> lines = new HashMap<>();
    List<LabeledQuery> queries =
        JsonLines.read(
            file,
            row -> {
              LabeledQuery query = of(row);
              for (String id : query.skillIds) {
                if (!pool.contains(id)) {
                  throw row.error(
                      "expected skill_ids of the pool of " + pool.size() + " skills, got " + id);
                }
              }
              Integer earlier = lines.put(query.id, row.lineNumber());
              if (earlier != null) {
                throw row.error(
                    "expected a new id, got " + query.id + " again, after line " + earlier);
              }
              return query;
            });
    if (queries.isEmpty()) {
      throw new DataException(file + ": expected at least one query, got none");
    }
    return queries;
  }

  private static LabeledQuery of(JsonLines.Row row) {
    String id =
        row.optionalText("id")
            .or(() -> row.optionalText("query_id"))
            .orElse("line-" + row.lineNumber());
    String direction = row.optionalText("direction").or(() -> row.optionalText("lang")).orElse("");
    return new LabeledQuery(
        id, row.text("query"), new LinkedHashSet<>(row.texts("skill_ids")), direction);
  }
}
