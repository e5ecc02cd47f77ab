package dev.r3.cli.progress;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/** How fast a loop has been, and so how long the rest takes. */
final class Pace {
  private final Work work;
  private final InstantSource clock;
  private final Instant begin;
  private long done;
  private String details = "";

  Pace(Work work, InstantSource clock, Instant begin) {
    this.work = work;
    this.clock = clock;
    this.begin = begin;
    done = work.start();
  }

  void update(long newDone, String newDetails) {
    done = newDone;
    details = newDetails;
  }

  Duration elapsed() {
    return Duration.between(begin, clock.instant());
  }

  /** Time for what is left, at the mean pace so far; empty before the first unit is done. */
  Optional<Duration> remaining() {
    long here = done - work.start();
    if (here <= 0) {
      return Optional.empty();
    }
    double millis = (double) elapsed().toMillis() / here * (work.total() - done);
    return Optional.of(Duration.ofMillis(Math.round(millis)));
  }

  boolean finished() {
    return done >= work.total();
  }

  /** Where the loop is. */
  String line() {
    return "%s: %d/%d %s%s%s"
        .formatted(
            work.title(),
            done,
            work.total(),
            work.unit(),
            withComma(details),
            remaining().map(left -> ", " + text(left) + " left").orElse(""));
  }

  /** What the loop did. */
  String summary() {
    String count = finished() ? Long.toString(done) : done + " of " + work.total();
    return "%s: %s %s in %s%s"
        .formatted(work.title(), count, work.unit(), text(elapsed()), withComma(details));
  }

  private static String withComma(String details) {
    return details.isEmpty() ? "" : ", " + details;
  }

  /** A duration for people: "0.4 s", "12 s", "9 min 05 s", "1 h 04 min". */
  static String text(Duration duration) {
    long seconds = Math.round(duration.toMillis() / 1000.0);
    if (duration.toMillis() < 9950) {
      return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return "%d min %02d s".formatted(seconds / 60, seconds % 60);
    }
    long minutes = Math.round(seconds / 60.0);
    return "%d h %02d min".formatted(minutes / 60, minutes % 60);
  }
}
