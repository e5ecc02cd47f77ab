package dev.r3.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number from 0 to some greatest one. */
abstract class UpTo implements ITypeConverter<Double> {
  private final int greatest;
  private final String pattern;

  private UpTo(int greatest, String pattern) {
    this.greatest = greatest;
    this.pattern = pattern;
  }

  static final class One extends UpTo {
    One() {
      super(1, "0(\\.\\d+)?|1(\\.0+)?");
    }
  }

  static final class Thousands extends UpTo {
    Thousands() {
      super(9999, "\\d{1,4}(\\.\\d+)?");
    }
  }

  @Override
  public Double convert(String value) {
    if (value.matches(pattern)) {
      return Double.valueOf(value);
    }
    throw new TypeConversionException("expected a number from 0 to " + greatest + ", got " + value);
  }
}
