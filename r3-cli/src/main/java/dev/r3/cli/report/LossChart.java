package dev.r3.cli.report;

import dev.r3.cli.report.TrainingCurve.Point;
import dev.r3.cli.report.TrainingCurve.Validation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The loss by step: each step pale, a running mean in full; below it the validations and the
 * learning rate, where known, over the same steps.
 */
final class LossChart {
  private static final double WIDTH = 760;
  private static final double LEFT = 62;
  private static final double RIGHT = WIDTH - 58;
  private static final double TOP = 30;
  private static final double LOSS_HEIGHT = 190;
  private static final double STRIP_HEIGHT = 56;
  private static final double STRIP_GAP = 38;
  private static final double BOTTOM = 40;

  /** More points than this are joined into means: a screen shows no more. */
  private static final int MOST_POINTS = 500;

  /** The running mean is over this share of all steps. */
  private static final double MEAN_SHARE = 0.05;

  private final Markup page;
  private final TrainingCurve curve;
  private final Axis steps;

  private LossChart(Markup page, TrainingCurve curve) {
    this.page = page;
    this.curve = curve;
    long last = Math.max(1, curve.points().get(curve.points().size() - 1).step());
    steps = new Axis(0, last, LEFT, RIGHT, false);
  }

  /** Draws a curve of at least one point. */
  static void draw(Markup page, TrainingCurve curve) {
    new LossChart(page, curve).draw();
  }

  private void draw() {
    boolean rates = curve.points().stream().allMatch(point -> point.learningRate() != null);
    int strips = (curve.validations().isEmpty() ? 0 : 1) + (rates ? 1 : 0);
    double height = TOP + LOSS_HEIGHT + strips * (STRIP_GAP + STRIP_HEIGHT) + BOTTOM;
    Svg.open(page, WIDTH, height, curve.model() + ": " + curve.lossName() + " by training step");
    drawLoss();
    double top = TOP + LOSS_HEIGHT + STRIP_GAP;
    if (!curve.validations().isEmpty()) {
      drawValidations(top);
      top += STRIP_HEIGHT + STRIP_GAP;
    }
    if (rates) {
      drawLearningRate(top);
      top += STRIP_HEIGHT + STRIP_GAP;
    }
    drawSteps(top - STRIP_GAP);
    page.close();
  }

  private void drawLoss() {
    List<Point> points = thinned(curve.points());
    double[] losses = points.stream().mapToDouble(Point::loss).toArray();
    Axis axis = Axis.around(losses, TOP + LOSS_HEIGHT, TOP);
    heading(curve.lossName() + (axis.logarithmic() ? ", logarithmic" : ""), TOP);
    Svg.horizontalGrid(page, axis, LEFT, RIGHT);
    double[] x = points.stream().mapToDouble(point -> steps.at(point.step())).toArray();
    double[] mean = runningMean(losses);
    Svg.polyline(page, x, place(axis, losses), "raw s1");
    line(x, place(axis, mean), "s1");
    double end = mean[mean.length - 1];
    Svg.text(page, format(end), RIGHT + 6, axis.at(end), "start", "value");
  }

  private void drawValidations(double top) {
    List<Validation> validations = curve.validations();
    double[] values = validations.stream().mapToDouble(Validation::value).toArray();
    Axis axis = Axis.around(values, top + STRIP_HEIGHT, top);
    heading(curve.validationMetric(), top);
    ends(axis);
    double[] x = validations.stream().mapToDouble(v -> steps.at(v.step())).toArray();
    double[] y = place(axis, values);
    Svg.polyline(page, x, y, "curve s3");
    int best = 0;
    for (int i = 0; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
      dot(x[i], y[i], 2.5, "s3");
    }
    dot(x[best], y[best], 4.5, "s3");
    Svg.text(page, "best " + format(values[best]), RIGHT, top - 14, "end", "value");
  }

  private void drawLearningRate(double top) {
    List<Point> points = thinned(curve.points());
    double[] rates =
        points.stream().mapToDouble(p -> Objects.requireNonNull(p.learningRate())).toArray();
    double max = 0;
    for (double rate : rates) {
      max = Math.max(max, rate);
    }
    Axis axis = new Axis(0, max > 0 ? max : 1, top + STRIP_HEIGHT, top, false);
    heading("learning rate", top);
    ends(axis);
    double[] x = points.stream().mapToDouble(point -> steps.at(point.step())).toArray();
    line(x, place(axis, rates), "s0");
  }

  private void drawSteps(double y) {
    for (double tick : steps.ticks()) {
      if (tick == Math.rint(tick)) {
        Svg.line(page, steps.at(tick), y, steps.at(tick), y + 4, "axis");
        Svg.text(page, Axis.label(tick), steps.at(tick), y + 13, "middle", "tick");
      }
    }
    Svg.text(page, "step", (LEFT + RIGHT) / 2, y + 30, "middle", "label");
  }

  private void heading(String text, double top) {
    Svg.text(page, text, LEFT, top - 14, "start", "label");
  }

  /** Only the ends of a strip's axis: there is no room for more. */
  private void ends(Axis axis) {
    for (double end : new double[] {axis.low(), axis.high()}) {
      Svg.line(page, LEFT, axis.at(end), RIGHT, axis.at(end), "grid");
      Svg.text(page, Axis.label(end), LEFT - 6, axis.at(end), "end", "tick");
    }
  }

  /** A line of one point would be nothing to see. */
  private void line(double[] x, double[] y, String style) {
    if (x.length == 1) {
      dot(x[0], y[0], 3, style);
    } else {
      Svg.polyline(page, x, y, "curve " + style);
    }
  }

  private void dot(double x, double y, double radius, String style) {
    page.empty(
        "circle",
        "cx",
        Svg.number(x),
        "cy",
        Svg.number(y),
        "r",
        Svg.number(radius),
        "class",
        "dot " + style);
  }

  private static double[] place(Axis axis, double[] values) {
    double[] places = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      places[i] = axis.at(values[i]);
    }
    return places;
  }

  /** Each value's mean with its neighbours on both sides, as many as there are. */
  private static double[] runningMean(double[] values) {
    int reach = (int) Math.ceil(MEAN_SHARE * values.length / 2);
    double[] means = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int begin = Math.max(0, i - reach);
      int end = Math.min(values.length, i + reach + 1);
      means[i] = Arrays.stream(values, begin, end).average().orElseThrow();
    }
    return means;
  }

  private static List<Point> thinned(List<Point> points) {
    int group = (points.size() + MOST_POINTS - 1) / MOST_POINTS;
    List<Point> thinned = new ArrayList<>();
    for (int begin = 0; begin < points.size(); begin += group) {
      List<Point> joined = points.subList(begin, Math.min(points.size(), begin + group));
      Point last = joined.get(joined.size() - 1);
      double mean = joined.stream().mapToDouble(Point::loss).average().orElseThrow();
      thinned.add(new Point(last.step(), mean, last.learningRate()));
    }
    return thinned;
  }

  private static String format(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.3f" : "%.1f", value);
  }
}
