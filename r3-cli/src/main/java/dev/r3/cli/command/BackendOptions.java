package dev.r3.cli.command;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.tensor.Precision;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --backend} and {@code --threads}: where and how widely a command computes. */
public final class BackendOptions {
  private static final Set<String> NAMES = Set.of("auto", "java", "nd4j");

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "auto",
      converter = NameConverter.class,
      description = {
        "Where to compute: auto, java or nd4j (default: ${DEFAULT-VALUE}).",
        "auto takes ND4J when it finds a GPU, else Java."
      })
  private String name = "auto";

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      converter = ThreadsConverter.class,
      description = "CPU threads to use; 0 = all cores (default: ${DEFAULT-VALUE}).")
  private int threads;

  /** What was asked for: auto, java or nd4j. */
  public String name() {
    return name;
  }

  /** 0 = all cores. */
  public int threads() {
    return threads;
  }

  /** Opens the root backend that the user asked for, in float; close it. */
  public Backend open() {
    return Backends.open(name, Precision.FLOAT32, threads);
  }

  static final class NameConverter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (!NAMES.contains(value)) {
        throw new TypeConversionException("expected auto, java or nd4j, got " + value);
      }
      return value;
    }
  }

  static final class ThreadsConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      try {
        int threads = Integer.parseInt(value);
        if (threads >= 0) {
          return threads;
        }
      } catch (NumberFormatException e) {
        throw refused(value);
      }
      throw refused(value);
    }

    private static TypeConversionException refused(String value) {
      return new TypeConversionException("expected a whole number, 0 or more, got " + value);
    }
  }
}
