package dev.r3.cli;

import dev.r3.cli.progress.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** A terminal that keeps what is printed. */
public final class TerminalRecorder {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** A terminal of that width; 0 = a file. */
  public Terminal terminal(int columns, InstantSource clock) {
    return new Terminal(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        columns,
        clock);
  }

  /** A terminal that is a file. */
  public Terminal terminal() {
    return terminal(0, InstantSource.system());
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
