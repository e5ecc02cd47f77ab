package dev.r3.cli.command;

import dev.r3.cli.progress.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C (SIGINT) and SIGTERM while a run goes on: the first asks it to stop once what it has is
 * whole, the second ends the process. A shutdown hook could not do this: a JVM that shuts down does
 * not hear of a second signal.
 */
final class StopSignals implements AutoCloseable {
  private record Handled(Signal signal, SignalHandler before) {}

  private final Terminal terminal;
  private final Runnable endNow;
  private final AtomicBoolean requested = new AtomicBoolean();
  private final List<Handled> handled = new ArrayList<>();

  private StopSignals(Terminal terminal, Runnable endNow) {
    this.terminal = terminal;
    this.endNow = endNow;
  }

  /** Listens until closed. */
  static StopSignals listen(Terminal terminal, Runnable endNow) {
    StopSignals signals = new StopSignals(terminal, endNow);
    for (String name : List.of("INT", "TERM")) {
      try {
        Signal signal = new Signal(name);
        signals.handled.add(new Handled(signal, Signal.handle(signal, signals::receive)));
      } catch (IllegalArgumentException taken) {
        // The JVM was told to leave signals alone (-Xrs): then they end the process as ever.
        continue;
      }
    }
    return signals;
  }

  /** Whether the user wants the run to end. */
  boolean requested() {
    return requested.get();
  }

  private void receive(Signal signal) {
    if (requested.getAndSet(true)) {
      endNow.run();
      return;
    }
    String line = "r3: stopping after the current step; once more ends at once";
    terminal.err().print((terminal.interactive() ? "\r\033[K" : "") + line + "%n".formatted());
    terminal.err().flush();
  }

  @Override
  public void close() {
    handled.forEach(h -> Signal.handle(h.signal(), h.before()));
  }
}
