package dev.r3.cli.command;

import dev.r3.cli.pipeline.CutTexts;
import dev.r3.cli.pipeline.ShownEmbedder;
import dev.r3.cli.pipeline.Writable;
import dev.r3.cli.progress.Terminal;
import dev.r3.retrieve.skill.Skill;
import dev.r3.retrieve.skill.SkillLibrary;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Shape;
import dev.r3.tensor.io.SafetensorsWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Embeds one text, or a whole library into a safetensors file. */
@Command(
    name = "embed",
    description = "Prints the unit vector of a text, or writes those of a library to a file.",
    footer = {
      "  r3 embed \"book a meeting room\"",
      "  r3 embed --skills my_skills.jsonl --out my_skills.safetensors"
    })
public final class EmbedCommand implements Runnable {
  private final Terminal terminal;
  @Mixin private final ModelsOption models = new ModelsOption();
  @Mixin private final BackendOptions backend = new BackendOptions();
  @Mixin private final JsonOption json = new JsonOption();
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "TEXT",
      arity = "0..1",
      description = "A request; its vector is printed as a JSON array.")
  private @Nullable String text;

  @Option(
      names = "--skills",
      paramLabel = "PATH",
      description = "A jsonl file or a folder of SKILL.md folders to embed instead.")
  private @Nullable Path skills;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Where to write the library's vectors: a tensor \"embeddings\" [skills, dimension], ids"
              + " in the metadata.")
  private @Nullable Path out;

  public EmbedCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** What {@code --json} prints of a text. */
  record Vector(String text, String models, float[] vector) {}

  /** What {@code --json} prints of a library. */
  record Written(String models, int skills, int dimension, String file) {}

  @Override
  public void run() {
    Path from = skills;
    Path to = out;
    String request = text;
    if ((request == null) == (from == null) || (from == null) != (to == null)) {
      if (spec == null) {
        throw new IllegalStateException("EmbedCommand: expected to be run by picocli");
      }
      throw new ParameterException(
          spec.commandLine(), "expected a TEXT, or --skills with --out, got neither or both");
    }
    SkillLibrary library = from == null ? null : SkillLibrary.read(from);
    if (to != null) {
      Writable.requireFile(to);
    }
    TerminalView view = new TerminalView(terminal);
    try (Backend root = backend.open()) {
      ModelsOption.Opened opened = models.open(root, terminal);
      if (request != null) {
        CutTexts.ofRequests(opened.embedding(), List.of(request)).tell(view);
        print(opened, request, opened.embedding().embedQueries(List.of(request))[0]);
      } else if (library != null && to != null) {
        write(opened, new ShownEmbedder(opened.embedding(), view, true), library, to);
      }
    }
  }

  private void print(ModelsOption.Opened opened, String request, float[] vector) {
    if (json.isOn()) {
      json.print(terminal, new Vector(request, opened.name(), vector));
    } else {
      terminal.out().println(Arrays.toString(vector));
    }
  }

  private void write(
      ModelsOption.Opened opened, ShownEmbedder embedder, SkillLibrary library, Path to) {
    List<Skill> all = library.skills();
    float[][] vectors = embedder.embedSkills(all.stream().map(Skill::text).toList());
    int dimension = embedder.dimension();
    float[] packed = new float[vectors.length * dimension];
    for (int i = 0; i < vectors.length; i++) {
      System.arraycopy(vectors[i], 0, packed, i * dimension, dimension);
    }
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata("ids", String.join("\n", all.stream().map(Skill::id).toList()));
    writer.add("embeddings", new Shape(vectors.length, dimension), packed);
    writer.write(to);
    if (json.isOn()) {
      json.print(terminal, new Written(opened.name(), vectors.length, dimension, to.toString()));
    } else {
      terminal.out().printf("%d skills, %d dimensions: %s%n", vectors.length, dimension, to);
    }
  }
}
