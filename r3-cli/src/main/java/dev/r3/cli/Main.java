package dev.r3.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.r3.cli.command.DemoCommand;
import dev.r3.cli.command.Doctor;
import dev.r3.cli.command.EmbedCommand;
import dev.r3.cli.command.EvalCommand;
import dev.r3.cli.command.Failure;
import dev.r3.cli.command.FindCommand;
import dev.r3.cli.command.ReproduceCommand;
import dev.r3.cli.command.TrainCommand;
import dev.r3.cli.command.Version;
import dev.r3.cli.machine.Machine;
import dev.r3.cli.pipeline.StoppedException;
import dev.r3.cli.progress.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The {@code r3} command.
 *
 * <p>Exit codes: 0 all went well, 1 the work failed (data, files, the machine), 2 the command line
 * was wrong, 130 it was stopped by Ctrl-C or SIGTERM. Results go to standard output, everything
 * else to standard error.
 */
@Command(
    name = "r3",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    usageHelpWidth = 100,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    description = "Finds the skills that solve a request together, and trains the models that do.",
    descriptionHeading = "%n",
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  r3 doctor", "  r3 COMMAND --help"})
public final class Main implements Runnable {
  /** Set by the launcher when standard error is a terminal, to its width. */
  private static final String COLUMNS_PROPERTY = "r3.terminal.columns";

  /** As shells say it of a process that Ctrl-C ended. */
  private static final int STOPPED = 130;

  private final CommandLine commandLine;
  private final Terminal terminal;
  private boolean verbose;

  private Main(Terminal terminal) {
    this.terminal = terminal;
    commandLine = new CommandLine(this);
    for (Object command : commands(terminal)) {
      commandLine.addSubcommand(command);
    }
    commandLine
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler(this::usageError)
        .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure));
  }

  /** Every command, in the order in which the help lists them. */
  private static Object[] commands(Terminal terminal) {
    return new Object[] {
      new DemoCommand(terminal, Main::endNow),
      new TrainCommand(terminal, Main::endNow),
      new EvalCommand(terminal),
      new ReproduceCommand(terminal),
      new FindCommand(terminal),
      new EmbedCommand(terminal),
      new Doctor(terminal)
    };
  }

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Log details, and show the stack trace of a failure.")
  private void setVerbose(boolean verbose) {
    this.verbose = verbose;
    if (verbose) {
      ((Logger) LoggerFactory.getLogger("dev.r3")).setLevel(Level.DEBUG);
    }
  }

  /** Without a command: the help. */
  @Override
  public void run() {
    commandLine.usage(terminal.out());
  }

  public static void main(String[] arguments) {
    Terminal terminal =
        new Terminal(
            utf8(FileDescriptor.out),
            utf8(FileDescriptor.err),
            Integer.getInteger(COLUMNS_PROPERTY, 0),
            InstantSource.system());
    if (terminal.interactive() && vectorModuleIsOn()) {
      eraseIncubatorWarning(terminal.err());
    }
    int code = run(terminal, arguments);
    terminal.out().flush();
    System.exit(code);
  }

  /** Runs one command line and returns the exit code. */
  static int run(Terminal terminal, String... arguments) {
    return execute(command(terminal), terminal, arguments);
  }

  static int execute(CommandLine command, Terminal terminal, String... arguments) {
    try {
      return command.execute(arguments);
    } catch (OutOfMemoryError e) {
      terminal
          .err()
          .println(
              "r3: out of memory: expected the work to fit a heap of "
                  + Machine.bytes(Runtime.getRuntime().maxMemory())
                  + ", got "
                  + e.getMessage()
                  + "; hint: r3 -J-Xmx8g ...");
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  /** The command with all its subcommands. */
  static CommandLine command(Terminal terminal) {
    return new Main(terminal).commandLine;
  }

  private int usageError(CommandLine.ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    terminal.err().println("r3: " + Failure.message(failure));
    terminal.err().println("Try " + command.getCommandSpec().qualifiedName() + " --help");
    return CommandLine.ExitCode.USAGE;
  }

  /** Leaves everything as it is, half-written temporary files included. */
  private static void endNow() {
    Runtime.getRuntime().halt(STOPPED);
  }

  private int failed(Exception failure) {
    terminal.err().println("r3: " + Failure.message(failure));
    if (verbose) {
      failure.printStackTrace(terminal.err());
    }
    return failure instanceof StoppedException ? STOPPED : CommandLine.ExitCode.SOFTWARE;
  }

  /** Whatever the locale says: skills and requests are in many languages. */
  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static boolean vectorModuleIsOn() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /**
   * The JVM prints "WARNING: Using incubator modules: jdk.incubator.vector" before anything else,
   * and no option stops it; on a terminal the line can be taken back.
   */
  private static void eraseIncubatorWarning(PrintStream err) {
    err.print("\033[1A\033[2K\r");
    err.flush();
  }
}
