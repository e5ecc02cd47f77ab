package dev.r3.tensor.io;

/**
 * A file says something that cannot be used. The message names the place first: {@code FILE:LINE:
 * expected ..., got ...}, without the line where the format has none.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
