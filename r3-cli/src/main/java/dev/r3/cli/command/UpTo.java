package dev.r3.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number from 0 to some greatest one. */
abstract class UpTo implements ITypeConverter<Double> {
  private final int greatest;

  private UpTo(int greatest) {
    this.greatest = greatest;
  }

  static final class One extends UpTo {
    One() {
      super(1);
    }
  }

  static final class Thousands extends UpTo {
    Thousands() {
      super(9999);
    }
  }

  @Override
  public Double convert(String value) {
    if (value.matches("\\d{1,4}(\\.\\d+)?") && Double.parseDouble(value) <= greatest) {
      return Double.valueOf(value);
    }
    throw new TypeConversionException("expected a number from 0 to " + greatest + ", got " + value);
  }
}
