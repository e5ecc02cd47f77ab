package dev.r3.cli.pipeline;

/**
 * The user stopped a run; the message says how far it came, where its files are and how to go on.
 */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StoppedException(String message) {
    super(message);
  }
}
