package dev.r3.cli.command;

import dev.r3.cli.pipeline.Preset;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --preset}: how much a training works. */
public final class PresetOption {
  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "quick",
      converter = Converter.class,
      description = {
        "quick: shorter texts, one epoch, a part of the requests for the rerankers, which read 10",
        "skills a request; full: until the dev split no longer improves (default: ${DEFAULT-VALUE})."
      })
  private Preset preset = Preset.QUICK;

  Preset preset() {
    return preset;
  }

  static final class Converter implements ITypeConverter<Preset> {
    @Override
    public Preset convert(String name) {
      try {
        return Preset.named(name);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("expected quick or full, got " + name);
      }
    }
  }
}
