package dev.r3.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
  @TempDir Path folder;

  @Test
  void isWellFormedAndNeedsNothingElse() throws Exception {
    String html = HtmlReport.html(SampleReport.data());
    assertThat(html).startsWith("<!DOCTYPE html>\n<html lang=\"en\"");
    Document page = parse(html);
    assertThat(elements(page, "script")).isEmpty();
    assertThat(elements(page, "link")).isEmpty();
    assertThat(elements(page, "img")).isEmpty();
    assertThat(html).doesNotContain("url(", "@import", "src=", "href=");
    assertThat(elements(page, "h2"))
        .extracting(Element::getTextContent)
        .containsExactly(
            "Scores", "Scores by direction", "More than chance?", "Training", "Examples", "Notes");
  }

  @Test
  void textIsEscaped() throws Exception {
    String html = HtmlReport.html(SampleReport.data());
    assertThat(html).doesNotContain("<quick>", "<条款>", "<v2>", "a < b");
    Document page = parse(html);
    assertThat(text(page, "h1")).containsExactly("R3 demo, preset <quick> & \"small\"");
    assertThat(text(page, "figcaption")).anyMatch(t -> t.contains("并检查 <条款> & 风险"));
    assertThat(text(page, "td")).contains("合同风险检查 <v2> skill-00012");
    assertThat(text(page, "li")).contains("a < b & c");
  }

  @Test
  void aScriptInARequestStaysText() throws Exception {
    ReportData data = SampleReport.data();
    RoutedExample hostile =
        SampleReport.example("\"'><script>alert(1)</script>\u0000\u001b[31m\ud800", "en2en");
    Document page = parse(HtmlReport.html(with(data, List.of(hostile))));
    assertThat(elements(page, "script")).isEmpty();
    assertThat(text(page, "figcaption").get(0))
        .startsWith("“\"'><script>alert(1)</script>\ufffd\ufffd[31m\ufffd”");
  }

  @Test
  void everyNumberIsThere() throws Exception {
    ReportData data = SampleReport.data();
    Document page = parse(HtmlReport.html(data));
    List<String> cells = text(page, "td");
    List<String> drawn = text(page, "text");
    for (SystemScores system : data.systems()) {
      assertThat(text(page, "th")).contains(system.system());
      system
          .scores()
          .forEach(
              (direction, scores) -> {
                assertThat(text(page, "th"))
                    .contains(direction + " · " + scores.queries() + " requests");
                scores
                    .means()
                    .values()
                    .forEach(
                        mean -> {
                          assertThat(cells).contains(ScoreTable.format(mean));
                          assertThat(drawn).contains(ScoreTable.format(mean));
                        });
              });
    }
    data.facts()
        .forEach(
            (name, value) -> {
              assertThat(text(page, "dt")).contains(name);
              assertThat(text(page, "dd")).contains(value);
            });
    assertThat(cells)
        .contains("+.029", "−.004 to +.063", ".087", "< .001")
        .contains("4.250", "−0.750", "0.721", "2.", "24.", "–", "✓ gold", "✗ rejected with gold");
  }

  @Test
  void theBestOfEachColumnIsMarked() throws Exception {
    SystemScores weak = system("weak", Map.of("hit@1", 0.2, "ndcg@10", 0.5));
    SystemScores strong = system("strong", Map.of("hit@1", 0.4, "ndcg@10", 0.5));
    ReportData data =
        new ReportData(
            "t",
            Map.of(),
            List.of("hit@1", "ndcg@10"),
            List.of(weak, strong),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    List<String> best = new ArrayList<>();
    for (Element cell : elements(parse(HtmlReport.html(data)), "td")) {
      if (cell.getAttribute("class").contains("best")) {
        best.add(cell.getTextContent());
      }
    }
    assertThat(best).containsExactly(".500", ".400", ".500");
  }

  @Test
  void emptyPartsAreLeftOut() throws Exception {
    ReportData empty =
        new ReportData(
            "empty", Map.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
    Document page = parse(HtmlReport.html(empty));
    assertThat(elements(page, "h2")).isEmpty();
    assertThat(text(page, "h1")).containsExactly("empty");
  }

  @Test
  void drawingsStayInsideTheirBoxes() throws Exception {
    Document page = parse(HtmlReport.html(SampleReport.data()));
    List<Element> drawings = elements(page, "svg");
    assertThat(drawings).hasSize(SampleReport.METRICS.size() + 2);
    drawings.forEach(HtmlReportTest::requireInside);
  }

  @Test
  void theCheckOfBoxesCanFail() throws Exception {
    String html = HtmlReport.html(SampleReport.data());
    String outside = html.replaceFirst("<rect x=\"[\\d.]+\"", "<rect x=\"750\"");
    Element drawing = elements(parse(outside), "svg").get(0);
    assertThatThrownBy(() -> requireInside(drawing)).isInstanceOf(AssertionError.class);
  }

  @Test
  void oddCurvesAreDrawnToo() throws Exception {
    List<TrainingCurve> curves =
        List.of(
            points("one step", 0.7),
            points("constant", 0.7, 0.7, 0.7),
            points("zero", 0, 0),
            points("negative", -3, -2.5, -8),
            points("decades", 100, 10, 1, 0.1, 0.01, 0.001),
            points("far from zero", 100.01, 100.02, 100.03));
    for (TrainingCurve curve : curves) {
      Markup drawing = new Markup();
      LossChart.draw(drawing, curve);
      assertThat(drawing.document()).as(curve.model()).doesNotContain("NaN", "Infinity");
      requireInside(parse(drawing.document()).getDocumentElement());
    }
  }

  @Test
  void aCurveOfOnePointIsADot() throws Exception {
    Markup drawing = new Markup();
    LossChart.draw(
        drawing,
        new TrainingCurve(
            "m",
            "loss",
            List.of(new TrainingCurve.Point(1, 2.5, 1e-4)),
            "dev ndcg@10",
            List.of(new TrainingCurve.Validation(1, 0.41))));
    List<Element> dots = elements(parse(drawing.document()), "circle");
    assertThat(dots)
        .extracting(dot -> dot.getAttribute("class"))
        .contains("dot s1", "dot s3", "dot s0");
    assertThat(text(parse(drawing.document()), "text")).contains("0", "2.5", "dev ndcg@10");
  }

  @Test
  void drawingsCanBeScrolledWhereTheWindowIsNarrow() throws Exception {
    assertThat(elements(parse(HtmlReport.html(SampleReport.data())), "svg"))
        .allMatch(svg -> ((Element) svg.getParentNode()).getAttribute("class").equals("wide"));
  }

  @Test
  void manySystemsStillFit() throws Exception {
    List<SystemScores> systems = new ArrayList<>();
    for (int i = 0; i < 13; i++) {
      systems.add(system("system " + i, Map.of("hit@1", i / 12.0)));
    }
    Markup drawing = new Markup();
    ScoreBars.draw(drawing, "hit@1", systems);
    requireInside(parse(drawing.document()).getDocumentElement());
  }

  @Test
  void theFileIsThePage() throws Exception {
    Path page = folder.resolve("report.html");
    HtmlReport.write(page, SampleReport.data());
    assertThat(Files.readString(page)).isEqualTo(HtmlReport.html(SampleReport.data()));
  }

  @Test
  void impossibleNumbersAreRefused() {
    assertThatThrownBy(() -> system("s", Map.of("hit@1", 1.2)))
        .hasMessage("SystemScores(hit@1): expected a mean from 0 to 1, got 1.2");
    assertThatThrownBy(() -> points("m", Double.NaN))
        .hasMessage("TrainingCurve: expected a finite loss at step 1, got NaN");
  }

  private static SystemScores system(String name, Map<String, Double> means) {
    return new SystemScores(name, Map.of("all", new SystemScores.Scores(10, means)));
  }

  private static TrainingCurve points(String model, double... losses) {
    List<TrainingCurve.Point> points = new ArrayList<>();
    for (double loss : losses) {
      points.add(new TrainingCurve.Point(points.size() + 1, loss, null));
    }
    return new TrainingCurve(model, "loss", points, "", List.of());
  }

  private static ReportData with(ReportData data, List<RoutedExample> examples) {
    return new ReportData(
        data.title(),
        data.facts(),
        data.metrics(),
        data.systems(),
        data.comparisons(),
        data.training(),
        examples,
        data.notes());
  }

  private static Document parse(String html) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html)));
  }

  private static List<String> text(Document page, String tag) {
    return elements(page, tag).stream().map(Element::getTextContent).toList();
  }

  private static List<Element> elements(Document page, String tag) {
    return list(page.getElementsByTagName(tag));
  }

  private static List<Element> list(NodeList nodes) {
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  /** Every shape, and every text by an estimate of its width, lies in the view box. */
  private static void requireInside(Element drawing) {
    String[] box = drawing.getAttribute("viewBox").split(" ");
    double width = Double.parseDouble(box[2]);
    double height = Double.parseDouble(box[3]);
    for (Element shape : list(drawing.getElementsByTagName("*"))) {
      for (double[] corner : corners(shape)) {
        assertThat(corner[0]).as(describe(shape)).isBetween(0.0, width);
        assertThat(corner[1]).as(describe(shape)).isBetween(0.0, height);
      }
    }
  }

  private static List<double[]> corners(Element shape) {
    List<double[]> corners = new ArrayList<>();
    switch (shape.getTagName()) {
      case "line" -> {
        corners.add(new double[] {value(shape, "x1"), value(shape, "y1")});
        corners.add(new double[] {value(shape, "x2"), value(shape, "y2")});
      }
      case "rect" -> {
        double x = value(shape, "x");
        double y = value(shape, "y");
        assertThat(value(shape, "height")).isNotNegative();
        corners.add(new double[] {x, y});
        corners.add(new double[] {x + value(shape, "width"), y + value(shape, "height")});
      }
      case "circle" -> {
        double radius = value(shape, "r");
        corners.add(new double[] {value(shape, "cx") - radius, value(shape, "cy") - radius});
        corners.add(new double[] {value(shape, "cx") + radius, value(shape, "cy") + radius});
      }
      case "polyline" -> {
        for (String point : shape.getAttribute("points").split(" ")) {
          String[] xy = point.split(",");
          corners.add(new double[] {Double.parseDouble(xy[0]), Double.parseDouble(xy[1])});
        }
      }
      case "text" -> corners.addAll(textCorners(shape));
      default -> assertThat(shape.getTagName()).isEqualTo("title");
    }
    return corners;
  }

  private static List<double[]> textCorners(Element text) {
    double length = 6.2 * text.getTextContent().length();
    if (text.hasAttribute("transform")) {
      Matcher place =
          Pattern.compile("translate\\((\\S+) (\\S+)\\) rotate\\(-90\\)")
              .matcher(text.getAttribute("transform"));
      assertThat(place.matches()).isTrue();
      double x = Double.parseDouble(place.group(1));
      double y = Double.parseDouble(place.group(2));
      return List.of(new double[] {x - 9, y - length}, new double[] {x + 3, y});
    }
    double x = value(text, "x");
    double y = value(text, "y");
    double left =
        switch (text.getAttribute("text-anchor")) {
          case "start" -> x;
          case "middle" -> x - length / 2;
          default -> x - length;
        };
    return List.of(new double[] {left, y - 9}, new double[] {left + length, y + 3});
  }

  private static double value(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  private static String describe(Element shape) {
    return shape.getTagName() + " " + shape.getTextContent();
  }
}
