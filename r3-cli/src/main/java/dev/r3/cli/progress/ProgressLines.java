package dev.r3.cli.progress;

import java.time.Duration;

/**
 * Progress for a file: a line after the first unit, then one every ten seconds at most, rarer the
 * longer the loop runs (a twentieth of its time so far): about 80 lines for a day.
 */
final class ProgressLines implements Progress {
  private static final Duration SHORTEST = Duration.ofSeconds(10);
  private static final int SHARE = 20;

  private final Terminal terminal;
  private final Pace pace;
  private Duration nextLine = Duration.ZERO;

  ProgressLines(Terminal terminal, Pace pace) {
    this.terminal = terminal;
    this.pace = pace;
  }

  @Override
  public void update(long done, String details) {
    pace.update(done, details);
    Duration now = pace.elapsed();
    if (now.compareTo(nextLine) < 0 || pace.finished()) {
      return;
    }
    note(pace.line());
    Duration share = now.dividedBy(SHARE);
    nextLine = now.plus(share.compareTo(SHORTEST) > 0 ? share : SHORTEST);
  }

  @Override
  public void note(String line) {
    terminal.err().println(line);
  }

  @Override
  public void close() {
    note(pace.summary());
  }
}
