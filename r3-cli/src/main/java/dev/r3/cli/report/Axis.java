package dev.r3.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Places values on a line of a drawing.
 *
 * @param low the value at {@code from}
 * @param high the value at {@code to}, more than low
 * @param from coordinate; may be larger than {@code to}, as SVG counts downwards
 */
record Axis(double low, double high, double from, double to, boolean logarithmic) {
  /** Losses that shrink by more than this factor are shown on a logarithmic axis. */
  private static final double LOGARITHMIC_FROM = 20;

  /** From 0 to a round number. */
  static Axis fromZero(double max, double from, double to) {
    return new Axis(0, roundUp(max), from, to, false);
  }

  /** Just wide enough for the values: logarithmic if they span decades, else from round numbers. */
  static Axis around(double[] values, double from, double to) {
    double min = DoubleStream.of(values).min().orElse(0);
    double max = DoubleStream.of(values).max().orElse(1);
    if (min > 0 && max / min > LOGARITHMIC_FROM) {
      return new Axis(min / 1.1, max * 1.1, from, to, true);
    }
    if (min >= 0 && (min < 0.5 * max || min == max)) {
      return fromZero(max, from, to);
    }
    double step = step(Math.max(max - min, 1e-3 * Math.max(Math.abs(max), 1e-9)));
    return new Axis(
        step * Math.floor(min / step), step * (Math.floor(max / step) + 1), from, to, false);
  }

  double at(double value) {
    double share =
        logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return from + share * (to - from);
  }

  /** Round values on the axis: about five, and on a logarithmic one 1, 2 and 5 of each decade. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic) {
      for (int decade = (int) Math.floor(Math.log10(low)); Math.pow(10, decade) < high; decade++) {
        for (int digit : high / low > 1e3 ? new int[] {1} : new int[] {1, 2, 5}) {
          double tick = digit * Math.pow(10, decade);
          if (tick >= low && tick <= high) {
            ticks.add(tick);
          }
        }
      }
      return ticks;
    }
    double step = step(high - low);
    long first = (long) Math.ceil(low / step - 1e-9);
    long last = (long) Math.floor(high / step + 1e-9);
    for (long i = first; i <= last; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** A value as people write it on an axis: as many digits as it needs, at most four. */
  static String label(double value) {
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    if (size < 1e-3 || size >= 1e6) {
      return String.format(Locale.ROOT, "%.1e", value)
          .replaceAll("\\.0e", "e")
          .replaceAll("e([+-])0*", "e$1")
          .replace("e+", "e");
    }
    String plain = String.format(Locale.ROOT, "%.4f", value);
    return plain.replaceAll("0+$", "").replaceAll("\\.$", "");
  }

  /** 1, 2 or 5 times a power of ten, so that a span has four to ten of them. */
  private static double step(double span) {
    double power = Math.pow(10, Math.floor(Math.log10(span)));
    double share = span / power;
    return power * (share >= 5 ? 1 : share >= 2 ? 0.5 : 0.2);
  }

  private static double roundUp(double max) {
    if (max <= 0) {
      return 1;
    }
    double step = step(max);
    return step * Math.ceil(max / step - 1e-9);
  }
}
