package dev.r3.cli.command;

import dev.r3.cli.machine.CacheFolder;
import dev.r3.cli.model.BaseModel;
import dev.r3.cli.pipeline.ShippedData;
import dev.r3.cli.pipeline.TestBench;
import dev.r3.cli.progress.Terminal;
import dev.r3.retrieve.index.EmbeddingCache;
import dev.r3.retrieve.route.BiEncoderEmbedder;
import dev.r3.retrieve.route.Routed;
import dev.r3.retrieve.route.RouterModels;
import dev.r3.retrieve.route.SkillRouter;
import dev.r3.retrieve.skill.SkillLibrary;
import dev.r3.tensor.Backend;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.PretrainedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds the skills of a library for one request. */
@Command(
    name = "find",
    description = {
      "Prints the skills that solve a request together, best first, with both stages' scores.",
      "Embeddings of the library are kept beside it, so that the next call answers at once."
    },
    footer = {
      "  r3 find \"turn these receipts into an expense report\"",
      "  r3 find --models runs/demo --skills my_skills.jsonl \"把这份合同翻译成英文\""
    })
public final class FindCommand implements Runnable {
  private final Terminal terminal;
  @Mixin private final ModelsOption models = new ModelsOption();
  @Mixin private final BackendOptions backend = new BackendOptions();
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(paramLabel = "REQUEST", description = "What the user wants, in their words.")
  private String request = "";

  @Option(
      names = "--skills",
      paramLabel = "PATH",
      description = {
        "A jsonl file with {\"id\", \"text\"} a line, or a folder of SKILL.md folders.",
        "Without it: the skills that R3 brings."
      })
  private @Nullable Path skills;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "5",
      description = "How many skills to print (default: ${DEFAULT-VALUE}).")
  private int top = 5;

  public FindCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** What {@code --json} prints. */
  record Answer(String request, String models, List<Found> skills) {}

  record Found(int rank, String id, String name, float similarity, @Nullable Float score) {}

  @Override
  public void run() {
    Optional<RouterModels> trained = models.find();
    try (Backend root = backend.open()) {
      SkillLibrary library =
          skills != null
              ? SkillLibrary.read(skills)
              : TestBench.library(ShippedData.orDirectory(null).skills().values());
      String used =
          trained
              .map(RouterModels::toString)
              .orElse("the untrained base model " + BaseModel.BGE_SMALL_ZH.id());
      terminal.err().println("models: " + used);
      terminal
          .err()
          .println(
              "skills: " + library.size() + (skills == null ? " that R3 brings" : " of " + skills));
      library.skipped().forEach(file -> terminal.err().println("skipped " + file));
      SkillRouter.Builder builder =
          trained.isPresent() ? trained.get().open(root) : untrained(root);
      if (skills == null) {
        builder = builder.cache(EmbeddingCache.beside(CacheFolder.path().resolve("r3-mini.jsonl")));
      }
      try (SkillRouter router = builder.library(library)) {
        print(used, router.route(request, top));
      }
    }
  }

  private static SkillRouter.Builder untrained(Backend root) {
    try (PretrainedModel files = BaseModel.open(BaseModel.BGE_SMALL_ZH.id())) {
      return SkillRouter.builder(new BiEncoderEmbedder(BiEncoder.of(files, root)));
    }
  }

  private void print(String used, List<Routed> found) {
    if (json.isOn()) {
      json.print(
          terminal,
          new Answer(
              request,
              used,
              found.stream()
                  .map(
                      routed ->
                          new Found(
                              routed.rank(),
                              routed.skill().id(),
                              routed.skill().name(),
                              routed.firstStageScore(),
                              routed.rerankScore()))
                  .toList()));
    } else {
      found.forEach(routed -> terminal.out().println(DemoCommand.line(routed)));
    }
  }
}
