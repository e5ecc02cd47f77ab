package dev.r3.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A whole number from some least one on. */
abstract class AtLeast implements ITypeConverter<Integer> {
  private final int least;

  private AtLeast(int least) {
    this.least = least;
  }

  static final class One extends AtLeast {
    One() {
      super(1);
    }
  }

  static final class Three extends AtLeast {
    Three() {
      super(3);
    }
  }

  @Override
  public Integer convert(String value) {
    try {
      int number = Integer.parseInt(value);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw refused(value);
    }
    throw refused(value);
  }

  private TypeConversionException refused(String value) {
    return new TypeConversionException(
        "expected a whole number, " + least + " or more, got " + value);
  }
}
