package dev.r3.cli.command;

import dev.r3.cli.model.BaseModel;
import dev.r3.cli.progress.Terminal;
import dev.r3.retrieve.route.RouterModels;
import dev.r3.retrieve.skill.Skill;
import dev.r3.retrieve.skill.SkillLibrary;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Shape;
import dev.r3.tensor.io.SafetensorsWriter;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.PretrainedModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
    try (Backend root = backend.open()) {
      BiEncoder model = open(root);
      if (request != null) {
        print(model.embedQueries(List.of(request))[0]);
      } else if (from != null && to != null) {
        write(model, SkillLibrary.read(from), to);
      }
    }
  }

  private BiEncoder open(Backend root) {
    Optional<RouterModels> trained = models.find();
    if (trained.isPresent()) {
      terminal.err().println("model: " + trained.get().embedding());
      return BiEncoder.open(trained.get().embedding(), root);
    }
    terminal.err().println("model: the untrained base " + BaseModel.BGE_SMALL_ZH.id());
    try (PretrainedModel files = BaseModel.open(BaseModel.BGE_SMALL_ZH.id())) {
      return BiEncoder.of(files, root);
    }
  }

  private void print(float[] vector) {
    terminal.out().println(Arrays.toString(vector));
  }

  private void write(BiEncoder model, SkillLibrary library, Path to) {
    List<Skill> all = library.skills();
    float[][] vectors = model.embedSkills(all.stream().map(Skill::text).toList());
    float[] packed = new float[vectors.length * model.dimension()];
    for (int i = 0; i < vectors.length; i++) {
      System.arraycopy(vectors[i], 0, packed, i * model.dimension(), model.dimension());
    }
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata("ids", String.join("\n", all.stream().map(Skill::id).toList()));
    writer.add("embeddings", new Shape(vectors.length, model.dimension()), packed);
    writer.write(to);
    terminal.out().printf("%d skills, %d dimensions: %s%n", vectors.length, model.dimension(), to);
  }
}
