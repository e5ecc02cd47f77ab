package dev.r3.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A matrix product [rows, inner] x [inner, columns], written {@code ROWSxINNERxCOLUMNS}. */
record GemmShape(int rows, int inner, int columns) {
  private static final Pattern FORM = Pattern.compile("(\\d+)x(\\d+)x(\\d+)");

  static GemmShape parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "GemmShape: expected ROWSxINNERxCOLUMNS, such as 1024x384x1536, got " + text);
    }
    return new GemmShape(
        Integer.parseInt(form.group(1)),
        Integer.parseInt(form.group(2)),
        Integer.parseInt(form.group(3)));
  }
}
