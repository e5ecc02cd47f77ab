package dev.r3.cli.report;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The pieces that drawings share. Lengths are in the units of the view box, about pixels. */
final class Svg {
  /** Distance from a line of text's middle to its base line. */
  private static final double HALF_TEXT = 4;

  private Svg() {}

  /** Opens a drawing; {@code title} is read to those who do not see it. */
  static void open(Markup page, double width, double height, String title) {
    page.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 " + number(width) + " " + number(height),
        "role",
        "img");
    page.leaf("title", title);
  }

  /** {@code style} is a class of the style sheet, {@code anchor} start, middle or end. */
  static void text(Markup page, String content, double x, double y, String anchor, String style) {
    page.leaf(
        "text",
        content,
        "x",
        number(x),
        "y",
        number(y + HALF_TEXT),
        "text-anchor",
        anchor,
        "class",
        style);
  }

  static void line(Markup page, double x1, double y1, double x2, double y2, String style) {
    page.empty(
        "line",
        "x1",
        number(x1),
        "y1",
        number(y1),
        "x2",
        number(x2),
        "y2",
        number(y2),
        "class",
        style);
  }

  static void polyline(Markup page, double[] x, double[] y, String style) {
    String points =
        IntStream.range(0, x.length)
            .mapToObj(i -> number(x[i]) + "," + number(y[i]))
            .collect(Collectors.joining(" "));
    page.empty("polyline", "points", points, "class", style);
  }

  /** Grid lines with their values at the left, for a plot from x = left to right. */
  static void horizontalGrid(Markup page, Axis axis, double left, double right) {
    for (double tick : axis.ticks()) {
      line(page, left, axis.at(tick), right, axis.at(tick), tick == 0 ? "axis" : "grid");
      text(page, Axis.label(tick), left - 6, axis.at(tick), "end", "tick");
    }
  }

  /** Coordinates to a tenth. */
  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
