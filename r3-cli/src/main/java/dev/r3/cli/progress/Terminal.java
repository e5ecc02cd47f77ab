package dev.r3.cli.progress;

import java.io.PrintStream;
import java.time.InstantSource;

/**
 * Where a command's text goes.
 *
 * @param out results, for people or programs
 * @param err progress and errors, for people
 * @param columns the width of the terminal that shows {@code err}; 0 when it is a file or a pipe
 * @param clock the time, for progress
 */
public record Terminal(PrintStream out, PrintStream err, int columns, InstantSource clock) {
  /** Whether somebody watches {@code err}. */
  public boolean interactive() {
    return columns > 0;
  }
}
