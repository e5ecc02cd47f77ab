package dev.r3.benchmarks.onnx;

import dev.r3.benchmarks.EmbedBenchmark;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures each engine in JVMs of its own, by turns: no engine meets the other's threads, memory or
 * compiled code. {@link EmbedBenchmark} compares the results.
 */
final class SeparateForks {
  private final int forks;
  private final Effort effort;

  /**
   * @param forks JVMs of each engine; the rounds are shared among them
   */
  SeparateForks(int forks, Effort effort) {
    this.forks = forks;
    this.effort = effort;
  }

  /** Milliseconds of a call, for each engine of the case. */
  List<Samples> measure(Case wanted) {
    List<String> engines = wanted.engines();
    List<List<Double>> millis = new ArrayList<>();
    engines.forEach(engine -> millis.add(new ArrayList<>()));
    for (int fork = 0; fork < forks; fork++) {
      for (int turn = 0; turn < engines.size(); turn++) {
        int engine = (fork + turn) % engines.size();
        millis.get(engine).addAll(fork(engines.get(engine), wanted));
      }
    }
    return millis.stream().map(Samples::new).toList();
  }

  private List<Double> fork(String engine, Case wanted) {
    Options options =
        new OptionsBuilder()
            .include("\\." + EmbedBenchmark.class.getSimpleName() + "\\.embed$")
            .param("engine", engine)
            .param("threads", Integer.toString(wanted.threads()))
            .param("model", wanted.model().name())
            .param("texts", wanted.texts())
            .forks(1)
            .warmupIterations(1)
            .warmupTime(TimeValue.milliseconds(effort.warmupMillis()))
            .measurementIterations(Math.max(1, effort.rounds() / forks))
            .measurementTime(TimeValue.milliseconds(effort.millis()))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
    try {
      List<Double> millis = new ArrayList<>();
      for (BenchmarkResult result : new Runner(options).runSingle().getBenchmarkResults()) {
        for (IterationResult iteration : result.getIterationResults()) {
          millis.add(iteration.getPrimaryResult().getScore());
        }
      }
      return millis;
    } catch (RunnerException e) {
      throw new IllegalStateException(
          "SeparateForks(" + engine + "): expected a measurement, got " + e, e);
    }
  }
}
