package dev.r3.cli.progress;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Progress that nobody sees unless the loop takes long enough for people to wonder. */
final class LateProgress implements Progress {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Terminal terminal;
  private final Work work;
  private final Instant begin;
  private @Nullable Progress shown;

  LateProgress(Terminal terminal, Work work) {
    this.terminal = terminal;
    this.work = work;
    begin = terminal.clock().instant();
  }

  @Override
  public void update(long done, String details) {
    if (shown == null
        && done < work.total()
        && Duration.between(begin, terminal.clock().instant()).compareTo(PATIENCE) >= 0) {
      shown = Progress.start(terminal, work, begin);
    }
    if (shown != null) {
      shown.update(done, details);
    }
  }

  @Override
  public void note(String line) {
    if (shown == null) {
      terminal.err().println(line);
    } else {
      shown.note(line);
    }
  }

  @Override
  public void close() {
    if (shown != null) {
      shown.close();
    }
  }
}
