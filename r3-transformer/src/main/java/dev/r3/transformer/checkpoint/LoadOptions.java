package dev.r3.transformer.checkpoint;

/**
 * How the weights of a checkpoint come into memory.
 *
 * @param listener hears how far that is
 */
public record LoadOptions(WeightPrecision precision, Listener listener) {

  /** Watches a checkpoint being loaded. */
  @FunctionalInterface
  public interface Listener {
    /** So many bytes of the checkpoint have been read. */
    void loaded(long bytes, long total);
  }

  /** For a model that is to be trained. */
  public static LoadOptions training() {
    return of(WeightPrecision.FULL);
  }

  /** For a model that is only used. */
  public static LoadOptions inference() {
    return of(WeightPrecision.AS_STORED);
  }

  public static LoadOptions of(WeightPrecision precision) {
    return new LoadOptions(precision, (bytes, total) -> {});
  }

  public LoadOptions withListener(Listener other) {
    return new LoadOptions(precision, other);
  }
}
