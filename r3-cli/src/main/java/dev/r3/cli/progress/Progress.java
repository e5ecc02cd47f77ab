package dev.r3.cli.progress;

import java.time.Instant;

/**
 * Tells a person how far a loop is and when it will be done; ends with one line that says how long
 * it took. For one thread.
 */
public interface Progress extends AutoCloseable {
  /** A bar where somebody watches, else a line now and then. */
  static Progress start(Terminal terminal, Work work) {
    return start(terminal, work, terminal.clock().instant());
  }

  /** The same for a loop that began before. */
  static Progress start(Terminal terminal, Work work, Instant begin) {
    Pace pace = new Pace(work, terminal.clock(), begin);
    return terminal.interactive()
        ? new ProgressBarLine(terminal, work, pace)
        : new ProgressLines(terminal, pace);
  }

  /** Says nothing about a loop that is over in two seconds. */
  static Progress whenSlow(Terminal terminal, Work work) {
    return new LateProgress(terminal, work);
  }

  /**
   * So much is done. Cheap enough for every step.
   *
   * @param done units, those done before the start included
   * @param details more for people, such as "loss 0.812, 5.1k tokens/s"; may be empty
   */
  void update(long done, String details);

  /** {@link #update(long, String)} without details. */
  default void update(long done) {
    update(done, "");
  }

  /** Shows a line that stays. */
  void note(String line);

  /** Shows the last line; the loop may have ended early. */
  @Override
  void close();
}
