package dev.r3.cli.command;

import dev.r3.cli.machine.CacheFolder;
import dev.r3.cli.pipeline.CutTexts;
import dev.r3.cli.pipeline.ShippedData;
import dev.r3.cli.pipeline.ShownEmbedder;
import dev.r3.cli.pipeline.TestBench;
import dev.r3.cli.progress.Printable;
import dev.r3.cli.progress.Terminal;
import dev.r3.retrieve.index.EmbeddingCache;
import dev.r3.retrieve.route.CrossEncoderScorer;
import dev.r3.retrieve.route.Routed;
import dev.r3.retrieve.route.SkillRouter;
import dev.r3.retrieve.skill.SkillLibrary;
import dev.r3.tensor.Backend;
import dev.r3.transformer.CrossEncoder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
      "  r3 find --models runs/demo --skills my_skills.jsonl \"把这份合同翻译成英文\"",
      "  r3 find --models models/r3-embedding,models/r3-reranker --skills my_skills.jsonl \"book a room\""
    })
public final class FindCommand implements Runnable {
  private final Terminal terminal;
  @Mixin private final ModelsOption models = new ModelsOption();
  @Mixin private final BackendOptions backend = new BackendOptions();
  @Mixin private final RecallDepthOption depth = new RecallDepthOption();
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
      converter = AtLeast.One.class,
      description = "How many skills to print (default: ${DEFAULT-VALUE}).")
  private int top = 5;

  @Option(
      names = "--probability",
      description = "Add the probability that the reranker's raw score, its log-odds, stands for.")
  private boolean probability;

  public FindCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** What {@code --json} prints. */
  record Answer(String request, String models, List<Found> skills) {}

  record Found(
      int rank,
      String id,
      String name,
      float similarity,
      @Nullable Float score,
      @Nullable Double probability) {}

  @Override
  public void run() {
    SkillLibrary library =
        skills != null
            ? SkillLibrary.read(skills)
            : TestBench.library(ShippedData.orDirectory(null).skills().values());
    try (Backend root = backend.open()) {
      ModelsOption.Opened opened = models.open(root, terminal);
      terminal
          .err()
          .println(
              "skills: " + library.size() + (skills == null ? " that R3 brings" : " of " + skills));
      TerminalView view = new TerminalView(terminal);
      library.skipped().forEach(file -> view.note("skipped " + Printable.text(file.toString())));
      CutTexts.ofRequests(opened.embedding(), List.of(request)).tell(view);
      SkillRouter.Builder builder =
          SkillRouter.builder(new ShownEmbedder(opened.embedding(), view, true))
              .recallDepth(depth.recallDepth());
      CrossEncoder reranker = opened.reranker();
      if (reranker != null) {
        builder = builder.reranker(new CrossEncoderScorer(reranker));
      }
      if (skills == null) {
        builder = builder.cache(EmbeddingCache.beside(CacheFolder.path().resolve("r3-mini.jsonl")));
      }
      try (SkillRouter router = builder.library(library)) {
        print(opened.name(), router.route(request, top));
      }
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
                              routed.rerankScore(),
                              probability(routed)))
                  .toList()));
    } else {
      for (Routed routed : found) {
        Double likely = probability(routed);
        terminal
            .out()
            .println(
                RoutedLine.of(routed)
                    + (likely == null
                        ? ""
                        : String.format(Locale.ROOT, ", probability %.4f", likely)));
      }
    }
  }

  private @Nullable Double probability(Routed routed) {
    Float score = routed.rerankScore();
    return probability && score != null ? CrossEncoder.probability(score) : null;
  }
}
