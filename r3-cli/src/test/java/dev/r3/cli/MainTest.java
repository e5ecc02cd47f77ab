package dev.r3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.cli.command.BackendOptions;
import dev.r3.cli.command.SeedOption;
import dev.r3.cli.command.Version;
import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

class MainTest {
  private final TerminalRecorder recorder = new TerminalRecorder();

  @Test
  void withoutACommandTheHelpListsThemAll() {
    assertThat(Main.run(recorder.terminal())).isZero();
    assertThat(recorder.out()).contains("Usage: r3", "Commands:", "doctor", "Examples:");
    assertThat(recorder.err()).isEmpty();
  }

  @Test
  void everyCommandExplainsItselfWithAnExampleAndPrintsJson() {
    CommandLine top = Main.command(recorder.terminal());
    assertThat(leaves(top))
        .extracting(CommandLine::getCommandName)
        .containsExactly("demo", "train", "eval", "reproduce", "find", "embed", "doctor");
    for (CommandLine command : leaves(top)) {
      CommandSpec spec = command.getCommandSpec();
      assertThat(spec.usageMessage().description()).as(spec.qualifiedName()).isNotEmpty();
      assertThat(command.getUsageMessage())
          .contains(
              "Examples:",
              "  " + spec.qualifiedName(),
              "--help",
              "--version",
              "--verbose",
              "--json");
      assertThat(spec.options())
          .allSatisfy(option -> assertThat(option.description()).isNotEmpty());
    }
  }

  @Test
  void everyExampleOfTheHelpIsACommandLine() {
    for (CommandLine command : leaves(Main.command(recorder.terminal()))) {
      for (String line : command.getCommandSpec().usageMessage().footer()) {
        assertThat(CommandLines.words(line)).as(line).startsWith("r3");
        CommandLines.parse(line);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void aCommandShowsItsOwnHelp(String option) {
    assertThat(Main.run(recorder.terminal(), "doctor", option)).isZero();
    assertThat(recorder.out()).startsWith("Usage: r3 doctor").contains("r3 doctor --json");
  }

  @Test
  void theVersionIsTheBuilds() {
    assertThat(Main.run(recorder.terminal(), "--version")).isZero();
    assertThat(recorder.out()).startsWith("r3 " + Version.text()).contains("Java ");
    assertThat(Version.text()).matches("\\d+\\.\\d+\\.\\d+.*");
  }

  @Test
  void aWrongCommandIsAUsageError() {
    assertThat(Main.run(recorder.terminal(), "docter")).isEqualTo(2);
    assertThat(recorder.err())
        .isEqualToNormalizingNewlines(
            "r3: Unmatched argument at index 0: 'docter'\nTry r3 --help\n");
    assertThat(recorder.out()).isEmpty();
  }

  @Test
  void aWrongOptionNamesTheCommandToAsk() {
    assertThat(Main.run(recorder.terminal(), "doctor", "--jsom")).isEqualTo(2);
    assertThat(recorder.err())
        .isEqualToNormalizingNewlines("r3: Unknown option: '--jsom'\nTry r3 doctor --help\n");
  }

  @Test
  void aFailureIsOneLineWithoutStackTrace() {
    int code = runFailing(new DataException("skills.jsonl:7: expected an id,\n got none"));
    assertThat(code).isEqualTo(1);
    assertThat(recorder.err())
        .isEqualToNormalizingNewlines("r3: skills.jsonl:7: expected an id, got none\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-v", "--verbose"})
  void verboseAddsTheStackTrace(String option) {
    assertThat(runFailing(new IOException("broken"), option)).isEqualTo(1);
    assertThat(recorder.err())
        .startsWith("r3: unexpected java.io.IOException: broken; hint: --verbose shows where")
        .contains("at dev.r3.cli.MainTest");
  }

  @Test
  void aTooSmallHeapIsSaidInOneLine() {
    assertThat(runFailing(new OutOfMemoryError("Java heap space"))).isEqualTo(1);
    assertThat(recorder.err())
        .startsWith("r3: out of memory: expected the work to fit a heap of ")
        .contains("; hint: r3 -J-Xmx8g ...")
        .hasLineCount(1);
  }

  @Test
  void commandsReadTheSharedOptions() {
    assertThat(run(new Sharing(), "--backend", "java", "--threads", "2", "--seed", "-7")).isZero();
    assertThat(recorder.err()).isEmpty();
  }

  @Test
  void anUnknownBackendIsAUsageError() {
    assertThat(run(new Sharing(), "--backend", "numpy")).isEqualTo(2);
    assertThat(recorder.err())
        .startsWith(
            "r3: Invalid value for option '--backend': expected auto, java or nd4j, got numpy");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "two", "1.5"})
  void aWrongNumberOfThreadsIsAUsageError(String threads) {
    assertThat(run(new Sharing(), "--threads=" + threads)).isEqualTo(2);
    assertThat(recorder.err())
        .startsWith(
            "r3: Invalid value for option '--threads': expected a whole number, 0 or more, got "
                + threads);
  }

  private int runFailing(Throwable failure, String... options) {
    return run(new Failing(failure), options);
  }

  private int run(Object command, String... options) {
    CommandLine top = Main.command(recorder.terminal());
    top.addSubcommand(command);
    String[] arguments = new String[options.length + 1];
    arguments[0] = "try";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return Main.execute(top, recorder.terminal(), arguments);
  }

  private static List<CommandLine> leaves(CommandLine command) {
    if (command.getSubcommands().isEmpty()) {
      return List.of(command);
    }
    return command.getSubcommands().values().stream().flatMap(c -> leaves(c).stream()).toList();
  }

  @Command(name = "try")
  private static final class Failing implements Callable<Integer> {
    private final Throwable failure;

    Failing(Throwable failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    }
  }

  @Command(name = "try")
  private static final class Sharing implements Callable<Integer> {
    @Mixin private final BackendOptions backend = new BackendOptions();
    @Mixin private final SeedOption seed = new SeedOption();

    @Override
    public Integer call() {
      assertThat(backend.name()).isEqualTo("java");
      assertThat(backend.threads()).isEqualTo(2);
      assertThat(seed.seed()).isEqualTo(-7);
      return 0;
    }
  }
}
