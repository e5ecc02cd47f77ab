package dev.r3.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.cli.Signals;
import dev.r3.cli.TerminalRecorder;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sun.misc.Signal;

class StopSignalsTest {
  private final TerminalRecorder recorder = new TerminalRecorder();

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void theFirstSignalAsksAndTheSecondEnds(String name) throws Exception {
    Signals.assumeHeard(name);
    CountDownLatch ended = new CountDownLatch(1);
    try (StopSignals signals = StopSignals.listen(recorder.terminal(), ended::countDown)) {
      assertThat(signals.requested()).isFalse();
      Signal.raise(new Signal(name));
      for (int tries = 0; tries < 200 && recorder.err().isEmpty(); tries++) {
        Thread.sleep(20);
      }
      assertThat(signals.requested()).isTrue();
      assertThat(ended.getCount()).isEqualTo(1);
      Signal.raise(new Signal(name));
      assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(recorder.err())
        .isEqualToNormalizingNewlines(
            "r3: stopping after the current step; once more ends at once\n");
  }
}
