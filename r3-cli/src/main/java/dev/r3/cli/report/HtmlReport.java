package dev.r3.cli.report;

import dev.r3.tensor.io.AtomicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** One page with everything in it: no script, no other file, no network. */
public final class HtmlReport {
  private static final String STYLE = "report.css";

  private HtmlReport() {}

  /**
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void write(Path file, ReportData data) {
    byte[] bytes = html(data).getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, out -> out.write(bytes));
  }

  /** The page: HTML that is well-formed XML too. */
  static String html(ReportData data) {
    Markup page = new Markup();
    page.raw("<!DOCTYPE html>\n");
    page.open("html", "lang", "en", "xmlns", "http://www.w3.org/1999/xhtml");
    page.open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.leaf("title", data.title());
    page.open("style");
    page.raw(style());
    page.close();
    page.close();
    page.open("body");
    page.open("main");
    page.leaf("h1", data.title());
    facts(page, data);
    scores(page, data);
    comparisons(page, data);
    training(page, data);
    examples(page, data);
    notes(page, data);
    page.close();
    page.close();
    page.close();
    return page.document();
  }

  private static void facts(Markup page, ReportData data) {
    if (data.facts().isEmpty()) {
      return;
    }
    page.open("dl");
    data.facts()
        .forEach(
            (name, value) -> {
              page.open("div");
              page.leaf("dt", name);
              page.leaf("dd", value);
              page.close();
            });
    page.close();
  }

  private static void scores(Markup page, ReportData data) {
    if (data.systems().isEmpty()) {
      return;
    }
    section(page, "Scores", "Means over requests, from 0 to 1; higher is better.");
    ScoreTable.draw(page, data.metrics(), data.systems());
    page.close();
    section(page, "Scores by direction", "Language of the request, then of the skills.");
    ScoreBars.drawKey(page, data.systems());
    for (String metric : data.metrics()) {
      page.open("div", "class", "wide");
      ScoreBars.draw(page, metric, data.systems());
      page.close();
    }
    page.close();
  }

  private static void comparisons(Markup page, ReportData data) {
    if (data.comparisons().isEmpty()) {
      return;
    }
    section(
        page,
        "More than chance?",
        "Paired over the same requests: difference with its 95 % bootstrap interval, and p of a"
            + " randomisation test. It speaks of other requests, not of other training runs.");
    ComparisonTable.draw(page, data.comparisons());
    page.close();
  }

  private static void training(Markup page, ReportData data) {
    if (data.training().stream().allMatch(curve -> curve.points().isEmpty())) {
      return;
    }
    section(page, "Training", "Pale: the loss of each step. Full: its running mean.");
    for (TrainingCurve curve : data.training()) {
      if (!curve.points().isEmpty()) {
        page.leaf("h3", curve.model());
        page.open("div", "class", "wide");
        LossChart.draw(page, curve);
        page.close();
      }
    }
    page.close();
  }

  private static void examples(Markup page, ReportData data) {
    if (data.examples().isEmpty()) {
      return;
    }
    section(
        page,
        "Examples",
        "The first stage finds candidates by similarity; the second reads request and skill"
            + " together and orders them by its score.");
    data.examples().forEach(example -> ExampleTable.draw(page, example));
    page.close();
  }

  private static void notes(Markup page, ReportData data) {
    if (data.notes().isEmpty()) {
      return;
    }
    section(page, "Notes", "");
    page.open("ul");
    data.notes().forEach(note -> page.leaf("li", note));
    page.close();
    page.close();
  }

  private static void section(Markup page, String title, String explanation) {
    page.open("section");
    page.leaf("h2", title);
    if (!explanation.isEmpty()) {
      page.leaf("p", explanation, "class", "explanation");
    }
  }

  private static String style() {
    try (InputStream in = HtmlReport.class.getResourceAsStream(STYLE)) {
      if (in == null) {
        throw new IllegalStateException(STYLE + ": expected on the class path, got nothing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(STYLE + ": expected to read it, got " + e, e);
    }
  }
}
