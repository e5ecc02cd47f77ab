package dev.r3.cli.report;

import dev.r3.cli.report.SystemScores.Scores;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One metric of all systems as bars, a group for all requests and one for each direction. */
final class ScoreBars {
  private static final double WIDTH = 760;
  private static final double LEFT = 46;
  private static final double RIGHT = WIDTH - 10;
  private static final double TOP = 36;
  private static final double HEIGHT = 150;
  private static final double BOTTOM = 40;
  private static final double GROUP_SHARE = 0.86;

  /** Bars at least this wide have their value written across, or else upright, or else not. */
  private static final double ACROSS_FROM = 25;

  private static final double UPRIGHT_FROM = 10;

  private ScoreBars() {}

  /** What a colour stands for, once for all drawings. */
  static void drawKey(Markup page, List<SystemScores> systems) {
    page.open("ul", "class", "key");
    for (int i = 0; i < systems.size(); i++) {
      page.open("li");
      page.leaf("span", "", "class", "swatch s" + style(i));
      page.text(systems.get(i).system());
      page.close();
    }
    page.close();
  }

  static void draw(Markup page, String metric, List<SystemScores> systems) {
    List<String> directions = directions(systems);
    double max = 0;
    for (SystemScores system : systems) {
      for (String direction : directions) {
        Double mean = mean(system, direction, metric);
        max = mean == null ? max : Math.max(max, mean);
      }
    }
    Axis axis = Axis.fromZero(Math.max(max, 0.1), TOP + HEIGHT, TOP);
    Svg.open(page, WIDTH, TOP + HEIGHT + BOTTOM, metric + " by direction and system");
    Svg.text(page, metric, LEFT, 12, "start", "label");
    Svg.horizontalGrid(page, axis, LEFT, RIGHT);
    double groupWidth = (RIGHT - LEFT) / directions.size();
    for (int group = 0; group < directions.size(); group++) {
      String direction = directions.get(group);
      double middle = LEFT + (group + 0.5) * groupWidth;
      double barWidth = GROUP_SHARE * groupWidth / Math.max(3, systems.size());
      double first = middle - barWidth * systems.size() / 2;
      for (int i = 0; i < systems.size(); i++) {
        drawBar(
            page,
            axis,
            first + i * barWidth,
            barWidth,
            mean(systems.get(i), direction, metric),
            style(i));
      }
      Svg.text(page, direction, middle, TOP + HEIGHT + 14, "middle", "label");
      Svg.text(page, requests(systems, direction), middle, TOP + HEIGHT + 29, "middle", "tick");
    }
    page.close();
  }

  private static void drawBar(
      Markup page, Axis axis, double left, double width, @Nullable Double mean, int style) {
    double middle = left + width / 2;
    if (mean == null) {
      Svg.text(page, "–", middle, axis.at(0) - 9, "middle", "value");
      return;
    }
    double top = axis.at(mean);
    page.empty(
        "rect",
        "x",
        Svg.number(left + 1),
        "y",
        Svg.number(top),
        "width",
        Svg.number(width - 2),
        "height",
        Svg.number(axis.at(0) - top),
        "class",
        "bar s" + style);
    if (width >= ACROSS_FROM) {
      Svg.text(page, ScoreTable.format(mean), middle, top - 8, "middle", "value");
    } else if (width >= UPRIGHT_FROM) {
      page.leaf(
          "text",
          ScoreTable.format(mean),
          "transform",
          "translate(" + Svg.number(middle + 3.5) + " " + Svg.number(top - 4) + ") rotate(-90)",
          "class",
          "value");
    }
  }

  private static @Nullable Double mean(SystemScores system, String direction, String metric) {
    Scores scores = system.scores().get(direction);
    return scores == null ? null : scores.means().get(metric);
  }

  private static String requests(List<SystemScores> systems, String direction) {
    for (SystemScores system : systems) {
      Scores scores = system.scores().get(direction);
      if (scores != null) {
        return scores.queries() + " requests";
      }
    }
    return "";
  }

  /** The directions of all systems, in the order in which they first come. */
  static List<String> directions(List<SystemScores> systems) {
    Set<String> directions = new LinkedHashSet<>();
    systems.forEach(system -> directions.addAll(system.scores().keySet()));
    return new ArrayList<>(directions);
  }

  /** There are eight colours. */
  private static int style(int system) {
    return system % 8;
  }
}
