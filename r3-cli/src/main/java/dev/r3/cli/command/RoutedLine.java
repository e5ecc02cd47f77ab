package dev.r3.cli.command;

import dev.r3.cli.progress.Printable;
import dev.r3.retrieve.route.Routed;
import java.util.Locale;

/** One skill of an answer, with the scores of both stages, as a line. */
final class RoutedLine {
  private RoutedLine() {}

  static String of(Routed routed) {
    Float second = routed.rerankScore();
    return String.format(
        Locale.ROOT,
        "%3d. %s %s similarity %.3f%s",
        routed.rank(),
        Printable.padded(routed.skill().id(), 12),
        Printable.padded(routed.skill().name(), 40),
        routed.firstStageScore(),
        second == null ? "" : String.format(Locale.ROOT, ", score %.2f", second));
  }
}
