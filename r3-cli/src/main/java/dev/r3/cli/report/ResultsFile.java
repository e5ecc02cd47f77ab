package dev.r3.cli.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.r3.tensor.io.AtomicFiles;
import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A report's data as JSON: the records as they are, names in snake_case. */
public final class ResultsFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private ResultsFile() {}

  /**
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void write(Path file, ReportData data) {
    AtomicFiles.write(file, out -> JSON.writeValue(out, data));
  }

  /**
   * Reads a file that {@link #write} wrote, to make its page again.
   *
   * @throws DataException if the file is not such a file
   * @throws UncheckedIOException if it cannot be read
   */
  public static ReportData read(Path file) {
    try {
      return JSON.readValue(Files.readAllBytes(file), ReportData.class);
    } catch (JsonProcessingException e) {
      throw new DataException(
          file + ": expected the results of a run, got " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": expected to read it, got " + e, e);
    }
  }
}
