package dev.r3.benchmarks.onnx;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.r3.benchmarks.engine.TextEngine;
import dev.r3.cli.machine.Machine;
import dev.r3.cli.model.BaseModel;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code benchmarks/run onnx}: prints how many times as long ONNX Runtime takes as R3. */
@Command(
    name = "benchmarks/run onnx",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    description = {
      "Embeds the same token ids with the same weights on R3 and on ONNX Runtime, in float32, and"
          + " prints both times and their ratio: above 1, R3 is faster. Both must give the same"
          + " vectors.",
      "By turns in one process: ONNX Runtime's threads do not spin while R3 is measured. With"
          + " --forks each engine has JVMs of its own."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  benchmarks/run onnx",
      "  benchmarks/run onnx --threads 1 --texts 1x16,ragged64 --model bge-small-zh-v15",
      "  benchmarks/run onnx --forks 3 --json comparison.json"
    })
public final class OnnxComparison implements Callable<Integer> {
  private final PrintStream out;
  private final PrintStream err;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "A base model (default: all-minilm-l6-v2).")
  private String model = BaseModel.ALL_MINILM_L6.id();

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "Of R3: java or nd4j (default: java).")
  private String backend = "java";

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      description = "CPU threads of each engine (default: 1,2).")
  private List<Integer> threads = List.of(1, 2);

  @Option(
      names = "--texts",
      split = ",",
      paramLabel = "FORM",
      description =
          "TEXTSxTOKENS, or raggedTEXTS for texts as they are, up to 256 tokens (default:"
              + " 1x16,32x128,ragged32).")
  private List<String> texts = List.of("1x16", "32x128", "ragged32");

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Values of each engine (default: 20).")
  private int rounds = 20;

  @Option(
      names = "--millis",
      paramLabel = "N",
      description = "How long a value is measured (default: 500).")
  private int millis = 500;

  @Option(
      names = "--warmup",
      paramLabel = "MILLIS",
      description = "How long each engine runs before (default: 5000).")
  private int warmup = 5000;

  @Option(
      names = "--forks",
      paramLabel = "N",
      description = "JVMs of each engine, which share the rounds (default: all in this one).")
  private int forks;

  @Option(
      names = "--clock",
      paramLabel = "CLOCK",
      description =
          "elapsed, or cpu: the time of all threads together, for a busy machine; not with --forks"
              + " (default: elapsed).")
  private Effort.Clock clock = Effort.Clock.ELAPSED;

  @Option(names = "--json", paramLabel = "FILE", description = "Write all values there too.")
  private @Nullable Path json;

  OnnxComparison(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  public static void main(String[] arguments) {
    int code = run(utf8(FileDescriptor.out), utf8(FileDescriptor.err), arguments);
    System.exit(code);
  }

  /** Runs one command line and returns the exit code: 0 done, 1 failed, 2 wrong command line. */
  static int run(PrintStream out, PrintStream err, String... arguments) {
    return new CommandLine(new OnnxComparison(out, err))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              err.println("benchmarks: " + failure.getMessage());
              return CommandLine.ExitCode.SOFTWARE;
            })
        .execute(arguments);
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  @Override
  public Integer call() throws IOException {
    BaseModel base = BaseModel.named(model);
    Effort effort = new Effort(rounds, millis, warmup, clock);
    if (forks > 0 && clock != Effort.Clock.ELAPSED) {
      throw new IllegalArgumentException(
          "OnnxComparison: expected --clock elapsed with --forks, got " + clock);
    }
    describe(base);
    List<Comparison> rows = new ArrayList<>();
    out.println(Comparison.HEADER);
    for (String form : texts) {
      for (int count : threads) {
        Case wanted = new Case(backend, base, form, count);
        List<Samples> samples =
            forks > 0
                ? new SeparateForks(forks, effort).measure(wanted)
                : new ByTurns(effort).measure(wanted);
        for (Comparison row : Comparison.of(wanted, samples)) {
          rows.add(row);
          out.println(row.row());
        }
      }
    }
    if (json != null) {
      write(rows, json);
    }
    return CommandLine.ExitCode.OK;
  }

  /** What the figures can be compared with. */
  private void describe(BaseModel base) {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    if (load > 0.5) {
      err.printf(
          "benchmarks: expected a quiet machine, got a load of %.1f; figures will not repeat%n",
          load);
    }
    Machine machine = Machine.here();
    out.println(machine.summary() + ", Java " + machine.jvm().version());
    for (String engine : List.of(backend, TextEngine.ONNX_RUNTIME)) {
      try (TextEngine opened = TextEngine.open(engine, base, 1)) {
        out.println(opened.description());
      }
    }
    out.printf(
        "%s, float32, %s time, %d rounds of %d ms, %s; median [middle half]%n%n",
        base.id(),
        clock == Effort.Clock.CPU ? "CPU" : "elapsed",
        rounds,
        millis,
        forks > 0 ? forks + " JVMs each" : "by turns in one process");
  }

  private void write(List<Comparison> rows, Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("machine", Machine.here().summary());
    root.put("java", Machine.here().jvm().version());
    root.put("clock", clock.name());
    root.putArray("rows").addAll(rows.stream().map(row -> row.json(mapper)).toList());
    Files.writeString(
        file, mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
  }
}
