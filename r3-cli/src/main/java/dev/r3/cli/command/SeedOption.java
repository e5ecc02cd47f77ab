package dev.r3.cli.command;

import picocli.CommandLine.Option;

/** {@code --seed}: one number that fixes every random choice of a command. */
public final class SeedOption {
  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Fixes every random choice (default: ${DEFAULT-VALUE}).")
  private long seed;

  public long seed() {
    return seed;
  }
}
