package dev.r3.tensor;

/** How {@link Backends} finds the backends on the class path (java.util.ServiceLoader). */
public interface BackendProvider {
  /** The name that {@code --backend} takes. */
  String name();

  /** Whether this machine can run it; never throws. */
  Availability availability();

  /** What is there, or why not. */
  record Availability(boolean available, boolean gpu, String detail) {}

  /**
   * Opens a root backend.
   *
   * @param threads CPU threads to use at most; 0 = all cores
   * @throws IllegalStateException when {@link #availability} says no, with its detail
   */
  Backend open(Precision precision, int threads);
}
